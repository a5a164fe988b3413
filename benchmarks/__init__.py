"""Side by side, in one run, with ratios: `make bench`."""
