"""Files in and out: lessons as CSV, XLSX or JSON Lines, everything else as JSON Lines on the way out.

A file is somebody else's until every row of it was read: sizes are bounded before anything is parsed, spreadsheets are
parsed in a process of their own, and whatever is wrong is told as row, column, value and remedy.
"""
