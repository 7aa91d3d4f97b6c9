using Composer.Core;

namespace Composer.Pipeline.Results;

/// <summary>
/// Says of a stage's result that somebody took it over from an earlier run whose code was another;
/// <c>acceptance.json</c> beside the outputs.
/// </summary>
public sealed record AcceptedOutput
{
    /// <summary>The document's name.</summary>
    public const string Name = "acceptance.json";

    /// <summary>The key of the earlier run.</summary>
    public required Digest From { get; init; }

    /// <summary>Why, in the words of who accepted it.</summary>
    public required string Because { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The fields of the key that differed: code, and nothing but code.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>For people: <c>accepted across a code change: only a comment</c>.</summary>
    public override string ToString() => $"accepted across a code change: {Because}";
}
