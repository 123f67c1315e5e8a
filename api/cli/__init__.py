"""The command line: the operator at the machine, working on the data folder itself."""
