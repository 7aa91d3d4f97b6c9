using Composer.Training.Models;

namespace Composer.Training.Cpu;

/// <summary>Decodes one sequence: a batch of one.</summary>
internal sealed class CpuDecoder(CpuBatchDecoder batch) : IDecoder
{
    public int Position => batch.PositionOf(0);

    public long CacheBytesPerToken => batch.CacheBytesPerToken;

    public void Append(ReadOnlySpan<int> tokens, Span<float> logits) => batch.Append(0, tokens, logits);

    public void Reset() => batch.Reset();

    public void Dispose() => batch.Dispose();
}
