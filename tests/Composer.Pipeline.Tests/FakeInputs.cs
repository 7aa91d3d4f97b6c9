using Composer.Core;
using Composer.Core.Settings;

namespace Composer.Pipeline.Tests;

/// <summary>All that a made-up computation sees.</summary>
internal sealed record FakeInputs
{
    /// <summary>Says what comes out.</summary>
    public required string Value { get; init; }

    /// <summary>The outputs of the stages before it, by their names.</summary>
    public ValueMap<Digest> Input { get; init; } = [];
}
