using Composer.Core;

namespace Composer.Language.Corpora;

/// <summary>What a preparation left in its folder; also written there.</summary>
public sealed record PreparedShards
{
    /// <summary>The tokenizer's name, such as <c>bpe-512</c>.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>The tokenizer's file; null of bytes.</summary>
    public required string? TokenizerFile { get; init; }

    /// <summary>Tokens are below this.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>As <see cref="PreparedCorpus.ContentDigest"/>.</summary>
    public required Digest Content { get; init; }

    /// <summary>Bad lines and rows that were left out; null where they are refused.</summary>
    public required long? Skipped { get; init; }

    /// <summary>What is trained on; its shards by their names.</summary>
    public required TokenizedPart Training { get; init; }

    /// <summary>What is held out; its shards by their names.</summary>
    public required TokenizedPart Validation { get; init; }

    /// <summary>Files of a folder that are none of a corpus by their endings; not written.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>Where it lies; not written.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Folder { get; init; } = "";

    internal static PreparedShards Of(TokenizedFiles files, string folder, IReadOnlyList<string> left) => new()
    {
        Tokenizer = files.Tokenizer,
        TokenizerFile = Path.GetFileName(files.TokenizerPath),
        Vocabulary = files.Vocabulary,
        Content = files.Content,
        Skipped = files.Skipped,
        Training = Named(files.Training),
        Validation = Named(files.Validation),
        Left = left,
        Folder = folder,
    };

    private static TokenizedPart Named(TokenizedPart part) => part with { Shards = [.. part.Shards.Select(p => Path.GetFileName(p)!)] };
}
