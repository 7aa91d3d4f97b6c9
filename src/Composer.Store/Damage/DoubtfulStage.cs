using Composer.Core;

namespace Composer.Store.Damage;

/// <summary>Why a stored stage is not believed: something that it was made from was found damaged.</summary>
/// <param name="Blob">The damaged blob.</param>
/// <param name="What">The blob in words, such as <c>weights.safetensors of quickstart/pretrain/composite</c>.</param>
/// <param name="Found">When the damage was found.</param>
public sealed record DoubtfulStage(Digest Blob, string What, DateTimeOffset Found)
{
    /// <summary>For people: <c>what it was made from was found damaged: weights.safetensors of …</c>.</summary>
    public override string ToString() => $"what it was made from was found damaged: {What}";
}
