"""What runs in the sandbox: it takes an untrusted file apart. Nothing here may import the rest of the program."""
