"""What we talk about: frozen values and small pure helpers. Never I/O, never the clock, never another folder of ours."""
