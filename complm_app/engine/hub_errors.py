"""What a hub or the way to it may answer, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from complm_app.engine.transfer import TransientError
from complm_app.errors import (
    ComplmError,
    DownloadError,
    GatedError,
    NoNetworkError,
    NotOnHubError,
    OfflineError,
)

if TYPE_CHECKING:
    from huggingface_hub.errors import HfHubHTTPError

    from complm_app.engine.protocol import DownloadRequest

TRANSIENT = (408, 429, 500, 502, 503, 504)


@contextmanager
def plain_errors(repo: str, request: DownloadRequest) -> Iterator[None]:
    """Raises ComplmError, or TransientError for what may be over in a moment, inside the block."""
    from huggingface_hub import errors

    http_error: type[Exception] = errors.HTTPError  # type: ignore[attr-defined]
    try:
        yield
    except errors.OfflineModeIsEnabled as e:
        raise OfflineError(
            "The variable HF_HUB_OFFLINE keeps this computer's programs from the hub.",
            "Remove it from the environment, then start CompLM again.",
        ) from e
    except errors.HfHubHTTPError as e:
        plain = _answered(e, repo, request)
        if e.response.status_code in TRANSIENT:
            raise TransientError(plain) from e
        raise plain from e
    except errors.HFValidationError as e:
        raise NotOnHubError(
            "{repo} is not the name of a model on the hub.",
            "A name looks like this: Qwen/Qwen3-0.6B.",
            repo=repo,
        ) from e
    except http_error as e:
        raise TransientError(_unreachable(request)) from e


def _answered(error: HfHubHTTPError, repo: str, request: DownloadRequest) -> ComplmError:
    from huggingface_hub import errors

    status = error.response.status_code
    if isinstance(error, errors.GatedRepoError):
        return _gated(repo, request)
    if status == 401 and request.token:
        return GatedError(
            "The hub does not accept the access token.", "Make a new one and store it in Settings."
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return NotOnHubError(
            "The hub at {hub} has no model {repo} that anybody may see.",
            "Check the name's spelling. For a private model store an access token in the settings.",
            hub=request.endpoint,
            repo=repo,
        )
    if isinstance(error, errors.EntryNotFoundError | errors.RevisionNotFoundError):
        return DownloadError(
            "{repo} was changed on the hub while it was downloaded.",
            "Download it again: what has not changed is kept.",
            repo=repo,
        )
    if status in (401, 403):
        return _gated(repo, request)
    return DownloadError(
        "The hub at {hub} answers with error {status}.",
        "Try again in some minutes.",
        hub=request.endpoint,
        status=status,
    )


def _gated(repo: str, request: DownloadRequest) -> GatedError:
    page = f"{request.endpoint}/{repo}"
    if request.token:
        return GatedError(
            "The owner of {repo} has not given you access yet.",
            "Open {page} in a browser, sign in, and accept the conditions. Then try again.",
            repo=repo,
            page=page,
        )
    return GatedError(
        "{repo} is only given to people who have accepted its conditions.",
        "Accept them at {page}, make an access token under the hub's Settings > Access Tokens, "
        "and store it in CompLM's settings or in the variable HF_TOKEN.",
        repo=repo,
        page=page,
    )


def _unreachable(request: DownloadRequest) -> NoNetworkError:
    return NoNetworkError(
        "The hub at {hub} cannot be reached.",
        "Check the network connection, or set a mirror in the settings. What has arrived is kept.",
        hub=request.endpoint,
    )
