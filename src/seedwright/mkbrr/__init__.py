"""mkbrr's dialect: its files, and what it makes of the same options."""
