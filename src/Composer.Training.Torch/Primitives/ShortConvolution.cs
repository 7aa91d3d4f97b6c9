namespace Composer.Training.Torch.Primitives;

/// <summary>A causal convolution over a few positions, each channel its own, for the layers that have one.</summary>
/// <remarks>
/// <c>causal_convolution(x, weight, bias)</c>: x [sequences, length, channels], weight [channels, taps], bias [channels]
/// or None, of which position t sees t − taps + 1 … t. <c>causal_convolution_decode(x, history, weight, bias, start)</c>: the same
/// after the rows [sequences, taps − 1, channels] of the history, which is changed to the last ones; at start 0 nothing
/// is before them.
/// </remarks>
internal static class ShortConvolution
{
    public const string Source = """
        def causal_taps(joined: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
            return torch.conv1d(joined.transpose(1, 2), weight.unsqueeze(1), bias, groups=weight.size(0)).transpose(1, 2)

        def causal_convolution(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
            return causal_taps(torch.constant_pad_nd(x, [0, 0, weight.size(1) - 1, 0]), weight, bias)

        def causal_convolution_decode(x: Tensor, history: Tensor, weight: Tensor, bias: Optional[Tensor], start: int) -> Tensor:
            if start == 0:
                history.zero_()
            joined = torch.cat([history, x], 1)
            history.copy_(joined.narrow(1, x.size(1), history.size(1)))
            return causal_taps(joined, weight, bias)
        """;
}
