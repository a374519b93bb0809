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


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_eight_bits_take_half_the_bytes_and_change_little(dtype: torch.dtype) -> None:
    values = (torch.randn(7, 64, generator=torch.Generator().manual_seed(1)) * 0.02).to(dtype)
    block = codec.encode(values, eight_bits=True)
    assert (block.dtype, len(block.data)) == ("int8", 7 * 64 + 7 * 4)
    back = codec.decode(block)
    most = values.float().abs().amax(dim=-1, keepdim=True) / 127 / 2
    assert ((back - values.float()).abs() <= most * 1.001).all()
    assert torch.equal(
        codec.decode(codec.encode(torch.zeros(2, 4), eight_bits=True)), torch.zeros(2, 4)
    )


def test_blocks_of_several_kinds_are_joined_in_order() -> None:
    first, second = torch.randn(2, 8), torch.randn(3, 8).to(torch.bfloat16)
    blocks = [codec.encode(first), codec.encode(second), codec.encode(first, eight_bits=True)]
    joined = codec.decode_all([*blocks, blocks[2]])
    assert joined.shape == (9, 8)
    assert torch.equal(joined[2:5], second.float())
    assert torch.equal(joined[5:7], joined[7:9])
    torch.testing.assert_close(joined[5:7], first, atol=0.02, rtol=0)
