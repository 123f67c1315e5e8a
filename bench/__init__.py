"""Measuring programs: what the product costs, as ratios to the bare database or engine in the same run."""
