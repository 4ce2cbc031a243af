"""What goes wrong on a laptop, said in one sentence to the person at the keyboard."""


class LocalError(Exception):
    """The stack cannot go on; the message is the whole story and names what to do."""
