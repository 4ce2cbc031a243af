"""Bring your own data: a statement is previewed, and then imported."""

from functools import cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response

from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.app.import_errors import FileRefused
from aicoach.app.importing import Importer
from aicoach.app.middleware.body import UPLOAD_LIMITS
from aicoach.app.problems import error_response, request_id_of
from aicoach.core.errors import Invalid
from aicoach.core.model import JsonObject
from aicoach.tools.cas_pdf import PdfReader

router = APIRouter(tags=["import"])

_LIMIT: Final = UPLOAD_LIMITS["/api/aicoach/import"]
_MAX_FIELD: Final = 1024
#: A checkbox that is not ticked sends nothing, one that is sends "on".
_YES_NO: Final = {"true": True, "on": True, "false": False}
_WANTED: Final = (
    "The form has a field file, a field password for a PDF that needs one, and allow_duplicates: true or false."
)
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "password": {"type": "string", "format": "password"},
                        "allow_duplicates": {"type": "boolean", "default": False},
                    },
                }
            }
        },
    }
}


class _InMemoryParser(MultiPartParser):
    """A statement is never written to disk, not even into a temporary file."""

    spool_max_size = _LIMIT + 1


@cache
def _pdfs() -> PdfReader:
    """One for the process: it bounds how many PDFs are read at once."""
    return PdfReader()


@router.post("/import", openapi_extra=_FORM, response_model=JsonObject)
async def import_statement(
    request: Request,
    wired: Annotated[Container, Depends(container_of)],
    caller: Annotated[Caller, Depends(current_caller)],
    dry_run: Annotated[bool, Query()] = False,
) -> JsonObject | Response:
    """What the file would change (``dry_run``), or what it changed; a repeat adds nothing."""
    form = await _form(request)
    try:
        file, password, allow = _fields(form)
        importer = Importer(wired.store, _pdfs(), wired.clock, wired.settings.folio_key.get_secret_value())
        return await importer.run(caller.user_id, file.file, password, dry_run=dry_run, allow_duplicates=allow)
    except FileRefused as error:
        return error_response(error, request_id_of(request.scope), reason=error.reason, names=error.names)
    finally:
        await form.close()


async def _form(request: Request) -> FormData:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Invalid("Send the statement as multipart/form-data.")
    parser = _InMemoryParser(request.headers, request.stream(), max_files=1, max_fields=2, max_part_size=_MAX_FIELD)
    try:
        return await parser.parse()
    except (MultiPartException, KeyError):
        raise Invalid("The form cannot be read.") from None


def _fields(form: FormData) -> tuple[UploadFile, str, bool]:
    file, password, allow = form.get("file"), form.get("password", ""), form.get("allow_duplicates", "false")
    known = len(form.multi_items()) == len(form) and form.keys() <= {"file", "password", "allow_duplicates"}
    if not isinstance(file, UploadFile) or not isinstance(password, str) or allow not in _YES_NO or not known:
        raise Invalid(_WANTED)
    return file, password, _YES_NO[str(allow)]
