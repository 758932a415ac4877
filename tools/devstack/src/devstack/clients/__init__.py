"""Clients of a deployed stack, local or on AWS, that send, receive and read as other teams' programs do."""
