"""Small stateful loopback stand-ins of providers' interfaces, for the demo and the tests alike."""
