"""The whole service on this machine: the AWS emulator, the real template built and deployed to it, and four users."""
