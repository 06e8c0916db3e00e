"""Many pictures: one process for each, as many at once as there are cores."""
