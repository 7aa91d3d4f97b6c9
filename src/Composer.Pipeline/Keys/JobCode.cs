using Composer.Core;

namespace Composer.Pipeline.Keys;

/// <summary>The code that computes a job.</summary>
/// <param name="Own">What every job of the kind runs.</param>
public sealed record JobCode(Digest Own)
{
    /// <summary>The parts that these inputs use besides, as <c>primitive.A</c>; each stands for itself in the key.</summary>
    public IReadOnlyDictionary<string, Digest> Parts { get; init; } = new Dictionary<string, Digest>();

    /// <summary>One digest of all of it.</summary>
    public Digest Whole =>
        Digest.Of(
            string.Join('\n', Parts.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value}").Prepend(Own.ToString())));
}
