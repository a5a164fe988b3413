"""What a careful uploader would look for in content: gaps, samples, leftovers."""
