using Composer.Core;
using Composer.Core.Settings;

namespace Composer.Pipeline.Tests.Trust;

/// <summary>What a computation that reads files sees of them: the digests, by the names of their places.</summary>
internal sealed record ReadInputs
{
    /// <summary>Of files outside the store.</summary>
    public ValueMap<Digest> Files { get; init; } = [];

    /// <summary>Of outputs of the stages before it.</summary>
    public ValueMap<Digest> Input { get; init; } = [];
}
