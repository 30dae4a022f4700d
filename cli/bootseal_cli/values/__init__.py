"""Where values come from: a hidden prompt, standard input or a file; never the command line."""
