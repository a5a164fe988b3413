"""The hashes of content: made, kept, borrowed, sampled, compared."""
