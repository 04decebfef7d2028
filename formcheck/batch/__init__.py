"""Many recordings: found, each judged in a process of its own, here or on a cluster, and told in one table."""
