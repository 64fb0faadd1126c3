"""Masks as tiles: reading them, and saving edits."""

import base64
import json
import re
import struct

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator import serializers
from annotator.models import Edit, Image, Plane
from annotator.raster.box import Box
from annotator.services import access, history, masks, parcels, past
from annotator.views.bodies import OctetStream, bytes_of, whole_query
from studio.errors import Conflict, Refused

MiB = 1024**2
MAX_EDIT_BYTES = 64 * MiB
MAX_HEADER_BYTES = 4 * MiB
KEYS = re.compile(r"\d{1,7}_\d{1,7}(,\d{1,7}_\d{1,7})*")
BINARY = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


class TilesView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("plane", str, enum=Plane.values),
            OpenApiParameter("since", int, description="Only tiles that changed after this edit."),
            OpenApiParameter("keys", str, description="Only these tiles: x_y,x_y"),
            OpenApiParameter("at", int, description="As they were after this edit; 0 is before the first."),
        ],
        responses=BINARY,
    )
    def get(self, request: Request, image_id: int) -> HttpResponse:
        """Tiles of a mask. Little-endian: u32 seq of the image, u32 count, then for each tile u32 x, u32 y,
        u32 version, u32 length and its bytes (raw deflate of 256x256 values, or a single value). With `at` the first
        number is that edit's."""
        image = access.image_for(request.user, image_id)
        query = request.query_params
        plane, since, keys = query.get("plane") or Plane.CLASS, query.get("since"), query.get("keys")
        if plane not in Plane.values:
            raise Refused(f"plane: expected class or object, found {plane!r}", at="plane")
        if since is not None and not since.isdecimal():
            raise Refused(f"since: expected the seq of an edit, found {since!r}", at="since")
        if keys is not None and not KEYS.fullmatch(keys):
            raise Refused("keys: expected tiles like 0_3,1_3", at="keys")
        pairs = None if keys is None else [key.split("_") for key in keys.split(",")]
        wanted = None if pairs is None else [(int(x), int(y)) for x, y in pairs]
        if (at := query.get("at")) is not None:
            return tiles_at(image, plane, at, since, wanted)
        # The image was read before its tiles: what is painted in between comes twice rather than not at all.
        rows = masks.tiles_of(
            image,
            plane,
            since=None if since is None else int(since),
            keys=wanted,
        )
        return frame_of(image.seq, rows)


def tiles_at(image: Image, plane: str, at: str, since: str | None, keys: list[past.Key] | None) -> HttpResponse:
    if not at.isdecimal() or len(at) > 10:
        raise Refused(f"at: expected the seq of an edit, found {at[:40]!r}", at="at")
    if since is not None:
        raise Refused("at: cannot be asked for together with since", at="at")
    seq = history.checked_seq(image, int(at))
    return frame_of(seq, past.tiles_at(image, plane, seq, keys=keys))


def frame_of(seq: int, rows: list[tuple[int, int, int, bytes]]) -> HttpResponse:
    parts = [struct.pack("<II", seq, len(rows))]
    for x, y, version, data in rows:
        parts += [struct.pack("<IIII", x, y, version, len(data)), data]
    response = HttpResponse(b"".join(parts), content_type="application/octet-stream")
    response["Cache-Control"] = "no-store"
    return response


class EditsView(APIView):
    parser_classes = [OctetStream]
    body_limit = MAX_EDIT_BYTES

    @extend_schema(
        parameters=[
            OpenApiParameter("before", int, description="Only edits before this one: `next` of the page before."),
            OpenApiParameter("user", int, description="Only edits of this person."),
            OpenApiParameter("limit", int, description=f"At most {history.MOST_A_PAGE}."),
        ],
        responses=serializers.EditPageSerializer,
    )
    def get(self, request: Request, image_id: int) -> Response:
        """The history of a mask, newest first."""
        image = access.image_for(request.user, image_id)
        before, user, limit = (whole_query(request, name) for name in ("before", "user", "limit"))
        edits, following = history.listed(image, before=before, user_id=user, limit=limit or history.PAGE)
        page = {"results": edits, "next": following, "count": image.seq}
        return Response(serializers.EditPageSerializer(page).data)

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: serializers.EditAnswerSerializer, 409: serializers.EditConflictSerializer},
    )
    def post(self, request: Request, image_id: int) -> Response:
        """Save one edit: u32 length of the header (little-endian), the header as JSON {uuid, tool, box, details,
        tiles: [{plane, x, y, if_version, length}], unchanged: [[plane, x, y, version]]}, then the bytes of the tiles
        one after another. `unchanged` are tiles the edit was made on and leaves alone. A version may be followed by the
        edit that must have made it: "by" of a tile, the fifth of what is unchanged."""
        image = access.image_for(request.user, image_id, "annotator")
        return Response(saved(image, request.user, bytes_of(request)))


class EditPiecesView(APIView):
    parser_classes = [OctetStream]
    body_limit = MAX_EDIT_BYTES

    @extend_schema(
        parameters=[
            OpenApiParameter("parcel", OpenApiTypes.UUID, required=True, description="A new one for each try."),
            OpenApiParameter("offset", int, required=True, description="Where in the edit's body this piece begins."),
            OpenApiParameter("size", int, required=True, description="Bytes of the edit's whole body."),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={
            200: serializers.EditAnswerSerializer,
            202: serializers.PieceSerializer,
            409: serializers.EditConflictSerializer,
        },
    )
    def post(self, request: Request, image_id: int) -> Response:
        """Save an edit whose body is larger than a request may be, piece by piece and in order: 202 until the last one
        has come, then what the edit would have been answered."""
        image = access.image_for(request.user, image_id, "annotator")
        parcel = masks.checked_uuid(request.query_params.get("parcel"))
        offset, size = (needed(request, name) for name in ("offset", "size"))
        piece = bytes_of(request)
        body = parcels.add(request.user, parcel, offset, size, piece)
        if body is None:
            return Response({"received": offset + len(piece)}, status=202)
        return Response(saved(image, request.user, body))


def needed(request: Request, name: str) -> int:
    value = whole_query(request, name)
    if value is None:
        raise Refused(f"{name}: expected a whole number from 0, found nothing", at=name)
    return value


def saved(image: Image, user, body: bytes) -> dict:
    """Save the edit in a body; returns the answer to it."""
    header, tiles = parsed(body)
    try:
        edit = masks.write_edit(
            image,
            uuid=str(header.get("uuid")),
            user=user,
            tool=text(header, "tool"),
            box=box_of(header, image),
            details=mapping(header, "details"),
            tiles=tiles,
            under=unchanged(header),
        )
    except Conflict as conflict:
        for_json(conflict)
        raise
    return answer(image, edit)


def answer(image: Image, edit: Edit) -> dict:
    rows = edit.tiles.order_by("id").values_list("plane", "x", "y", "new_version")
    return {
        "seq": edit.seq,
        "versions": [{"plane": plane, "x": x, "y": y, "version": version} for plane, x, y, version in rows],
        "is_repeated": edit.is_repeated,
        "class_px": image.class_px,
        "object_count": image.object_count if image.counted_seq == image.seq else None,
        "is_annotated": image.is_annotated,
    }


def for_json(conflict: Conflict) -> None:
    conflict.more["tiles"] = [
        {"plane": plane, "x": x, "y": y, "version": version, "data": base64.b64encode(data).decode()}
        for plane, x, y, version, data in conflict.more.get("tiles", [])
    ]


def parsed(body: bytes) -> tuple[dict, list[masks.TileWrite]]:
    """Header and tiles of an edit's body. Raises Refused where the two do not fit."""
    if len(body) < 4:
        raise Refused("body: expected the header's length, its JSON, and the tiles", at="body")
    (length,) = struct.unpack_from("<I", body)
    if length > min(MAX_HEADER_BYTES, len(body) - 4):
        raise Refused(f"body: the header is announced with {length} bytes, but they are not there", at="body")
    try:
        header = json.loads(body[4 : 4 + length], parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise Refused("header: it is not JSON in UTF-8", at="header") from None
    if not isinstance(header, dict) or not isinstance(header.get("tiles"), list):
        raise Refused("header: expected an object with uuid, tool, box, details and tiles", at="header")
    tiles, start = [], 4 + length
    for number, entry in enumerate(header["tiles"]):
        at = f"tiles.{number}"
        if not isinstance(entry, dict):
            raise Refused(f"{at}: expected plane, x, y, if_version and length", at=at)
        x, y, if_version, size = (whole(entry, name, at) for name in ("x", "y", "if_version", "length"))
        if start + size > len(body):
            raise Refused(f"{at}: the body ends before its {size} bytes", at=at)
        by = None if entry.get("by") is None else text(entry, "by", at)
        tiles.append(masks.TileWrite(text(entry, "plane", at), x, y, if_version, body[start : start + size], by))
        start += size
    if start != len(body):
        raise Refused(f"body: {len(body) - start} bytes at its end belong to no tile", at="body")
    return header, tiles


def unchanged(header: dict) -> list[masks.TileUnder]:
    """The tiles an edit was made on and leaves alone; none when it names none."""
    entries = header.get("unchanged", [])
    if not isinstance(entries, list):
        raise Refused("unchanged: expected a list of [plane, x, y, version]", at="unchanged")
    found = []
    for number, entry in enumerate(entries):
        at = f"unchanged.{number}"
        if not isinstance(entry, list) or len(entry) not in (4, 5):
            raise Refused(f"{at}: expected [plane, x, y, version], perhaps with the edit that made it", at=at)
        named = dict(zip(("plane", "x", "y", "version", "by"), entry, strict=False))
        if named["plane"] not in Plane.values:
            raise Refused(f"{at}: expected the plane class or object, found {named['plane']!r}", at=f"{at}.plane")
        x, y, version = (whole(named, name, at) for name in ("x", "y", "version"))
        found.append(masks.TileUnder(named["plane"], x, y, version, text(named, "by", at) if "by" in named else None))
    return found


def refuse_constant(word: str) -> None:
    """Python reads NaN and Infinity, but the database keeps no JSON with them."""
    raise ValueError(word)


def whole(entry: dict, name: str, at: str) -> int:
    value = entry.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise Refused(f"{at}.{name}: expected a whole number from 0, found {value!r}", at=f"{at}.{name}")
    return value


def text(entry: dict, name: str, at: str = "") -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 40:
        where = f"{at}.{name}".strip(".")
        raise Refused(f"{where}: expected 1 to 40 characters, found {str(value)[:60]!r}", at=where)
    return value


def mapping(entry: dict, name: str) -> dict:
    value = entry.get(name, {})
    if not isinstance(value, dict):
        raise Refused(f"{name}: expected an object", at=name)
    return value


def box_of(header: dict, image: Image) -> Box | None:
    """The part of the edit's box inside the photo; None when it names none."""
    if header.get("box") is None:
        return None
    try:
        box = Box.of_list(header["box"])
    except (ValueError, TypeError):
        raise Refused("box: expected four whole numbers [left, top, right, bottom]", at="box") from None
    return box.clipped(image.photo.width, image.photo.height)
