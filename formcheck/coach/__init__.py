"""What is said and when, and the course of a session; all of it from frame times and events, without clock or sound. Only `archive` looks at one: how long ago a session broke off."""
