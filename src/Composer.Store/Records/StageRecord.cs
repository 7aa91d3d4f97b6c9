using Composer.Core;
using Composer.Store.Blobs;

namespace Composer.Store.Records;

/// <summary>A finished stage: what it was computed from, what came out, and how it went.</summary>
/// <param name="Key">SHA-256 of the preimage's encoding.</param>
/// <param name="Kind">The stage's kind, such as <c>pretrain</c>.</param>
/// <param name="Label">The experiment and the stage's name in it, such as <c>quickstart/pretrain/composite</c>, when it was
/// computed.</param>
/// <param name="Preimage">Every field that the key covers, in the order of the paths.</param>
/// <param name="Outputs">By name, in ordinal order: deterministic, named in <see cref="Output"/>.</param>
/// <param name="Beside">By name: what is measured and never the same twice (times, speeds). In no digest.</param>
/// <param name="Created">When it was published.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Machine">Where, in words.</param>
/// <remarks>Equality is by reference; the key names the computation, <see cref="Output"/> its result.</remarks>
public sealed class StageRecord(
    Digest Key,
    string Kind,
    string Label,
    IReadOnlyList<PreimageField> Preimage,
    IReadOnlyDictionary<string, BlobReference> Outputs,
    IReadOnlyDictionary<string, BlobReference> Beside,
    DateTimeOffset Created,
    double Seconds,
    string Machine)
{
    public Digest Key { get; } = Key;

    public string Kind { get; } = Kind;

    public string Label { get; } = Label;

    public IReadOnlyList<PreimageField> Preimage { get; } = Preimage;

    public IReadOnlyDictionary<string, BlobReference> Outputs { get; } = Outputs;

    public IReadOnlyDictionary<string, BlobReference> Beside { get; } = Beside;

    public DateTimeOffset Created { get; } = Created;

    public double Seconds { get; } = Seconds;

    public string Machine { get; } = Machine;

    /// <summary>One digest for all of the outputs: equal outputs, equal digest, whatever computed them.</summary>
    public Digest Output
    {
        get
        {
            var text = string.Concat(
                Outputs.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Value.Digest} {o.Key.Length} {o.Key}\n"));
            return Digest.Of(text);
        }
    }
}

/// <summary>One thing that a stage's key covers.</summary>
/// <param name="Path">Such as <c>evaluate.epochs</c>, <c>code</c>, <c>input.search</c>.</param>
/// <param name="Type">One letter: s text, n number, b boolean, l list, o an empty record or table, z an item that is null, d digest of
/// code.</param>
/// <param name="Value">Canonical text of the value.</param>
public readonly record struct PreimageField(string Path, char Type, string Value);
