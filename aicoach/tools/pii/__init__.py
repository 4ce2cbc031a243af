"""Personal identifiers out of text: Indian finance's ids, phones and e-mails become numbered placeholders."""

from aicoach.tools.pii.redaction import Redacted, Span, find, redact

__all__ = ["Redacted", "Span", "find", "redact"]
