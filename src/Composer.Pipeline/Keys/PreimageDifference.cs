using Composer.Store.Records;

namespace Composer.Pipeline.Keys;

/// <summary>A field in which two preimages differ.</summary>
/// <param name="Path">The field.</param>
/// <param name="Old">Null when the older one lacks it.</param>
/// <param name="New">Null when the newer one lacks it.</param>
public sealed record PreimageDifference(string Path, string? Old, string? New)
{
    /// <summary>Every field that differs, in ordinal order of the paths.</summary>
    public static IReadOnlyList<PreimageDifference> Between(
        IReadOnlyList<PreimageField> older, IReadOnlyList<PreimageField> newer)
    {
        var old = older.ToDictionary(f => f.Path, StringComparer.Ordinal);
        var now = newer.ToDictionary(f => f.Path, StringComparer.Ordinal);
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Where(path => !old.TryGetValue(path, out var a) || !now.TryGetValue(path, out var b) || a != b)
                .Select(path => new PreimageDifference(
                    path,
                    old.TryGetValue(path, out var a) ? a.Value : null,
                    now.TryGetValue(path, out var b) ? b.Value : null)),
        ];
    }

    /// <summary>Whether one of the two uses code that the other doesn't: a consequence of their other fields.</summary>
    public bool IsOtherUse => Preimage.PartOf(Path) is not null && (Old is null || New is null);

    /// <summary><c>evaluate.epochs: 5 → 6</c>; digests are cut short.</summary>
    public override string ToString() => Preimage.PartOf(Path) is { } part
        ? Old is null ? $"uses {part}" : New is null ? $"no longer uses {part}" : $"the code of {part} changed"
        : Preimage.IsCode(Path)
        ? "its code changed"
        : Path.StartsWith($"{Preimage.Input}.", StringComparison.Ordinal)
        ? $"its input changed: {Path[(Preimage.Input.Length + 1)..].Replace("\"", "", StringComparison.Ordinal)}"
        : $"{Path}: {Short(Old)} → {Short(New)}";

    private static string Short(string? value) =>
        value is null ? "(none)" : Core.Digest.TryParse(value, out var digest) ? digest.Short : value;
}
