import pytest
import torch

from complm_app.engine import codec
from complm_app.engine.protocol import EmbeddingBlock


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_embeddings_come_back_bit_for_bit(dtype: torch.dtype) -> None:
    embeddings = torch.randn(5, 8).to(dtype)
    block = codec.encode(embeddings)
    assert (block.rows, block.width, len(block.data)) == (5, 8, 5 * 8 * dtype.itemsize)
    assert torch.equal(codec.decode(block), embeddings)


def test_one_row_of_a_larger_tensor_is_stored_alone() -> None:
    embeddings = torch.randn(5, 8)
    assert len(codec.encode(embeddings[2:3]).data) == 8 * 4


def test_bytes_that_do_not_fit_the_shape_are_refused() -> None:
    block = codec.encode(torch.randn(5, 8))
    with pytest.raises(ValueError, match="shape"):
        codec.decode(EmbeddingBlock(6, 8, block.dtype, block.data))
