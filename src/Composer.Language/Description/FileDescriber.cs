using System.Globalization;
using System.Text;
using Composer.Core.Diagnostics;
using Composer.Core.Text;
using Composer.Language.Corpora;
using Composer.Language.Evaluation.Harness;
using Composer.Language.Files;
using Composer.Language.Tokenizers;
using Composer.Training.Checkpoints;

namespace Composer.Language.Description;

/// <summary>Says what files are: text, JSONL, Parquet, token shards, tokenizers, weights.</summary>
/// <param name="textField">The field of JSONL, or column of Parquet, that holds the text.</param>
/// <param name="tokenizer">Counts tokens, and makes text of them; null counts none.</param>
/// <param name="samples">How many items are shown.</param>
/// <param name="threads">How many may work.</param>
public sealed class FileDescriber(string textField, ITokenizer? tokenizer, int samples, int threads)
{
    private const int TokensShown = 24;
    private const string SampleText = "Hello, wörld! 123 456";

    /// <summary>The files that an input means: itself, what a pattern matches, or all that is in a folder.</summary>
    /// <param name="input">Absolute, or relative to <paramref name="folder"/>.</param>
    /// <param name="folder">Where relative ones start.</param>
    /// <exception cref="UserInputException">There is none.</exception>
    public static IReadOnlyList<string> FilesOf(string input, string folder)
    {
        var full = Path.GetFullPath(input, folder);
        if (!Directory.Exists(full))
        {
            return CorpusFiles.Resolve(full, folder, "Name a file, a pattern, or a folder.");
        }

        string[] files =
        [
            .. Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories)
                .Where(f => !Path.GetRelativePath(full, f).Split(Path.DirectorySeparatorChar).Any(part => part[0] == '.'))
                .Order(StringComparer.Ordinal),
        ];
        return files.Length > 0 ? files : throw LanguageMistake.FileMissing(Path.Join(input, "*"), folder, "The folder is empty.");
    }

    /// <summary>Reads a file through.</summary>
    public FileDescription Describe(string path)
    {
        var size = new FileInfo(path).Length;
        try
        {
            return path.EndsWith(TokenShard.SidecarOf(TokenShard.Ending), StringComparison.Ordinal)
                ? new FileDescription(path, "the document offsets of the shard beside it", size)
                : IsWeights(path) ? OfWeights(path, size)
                : IsTokenizer(path) ? OfTokenizer(path, size)
                : OfCorpus(path, size);
        }
        catch (UserInputException mistake)
        {
            return new FileDescription(path, "not read", size) { Mistakes = mistake.Diagnostics };
        }
    }

    private static bool IsWeights(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
        || FileContent.OfFile(path).Name.Contains("safetensors", StringComparison.Ordinal);

    private static bool IsTokenizer(string path)
    {
        if (path.EndsWith(".model", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        ReadOnlySpan<byte> head = FileContent.HeadOf(path);
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && head.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
            && (head.IndexOf("\"added_tokens\""u8) >= 0 || head.IndexOf("\"pre_tokenizer\""u8) >= 0);
    }

    private static FileDescription OfWeights(string path, long size)
    {
        using var file = File.OpenRead(path);
        try
        {
            var reader = new SafetensorsReader(file);
            var kinds = reader.Tensors.GroupBy(t => t.Dtype).Select(g => $"{g.Key} ({CountText.Of(g.Count(), "tensor")})");
            return new FileDescription(path, "weights (safetensors)", size)
            {
                Facts =
                [
                    ("tensors", Number(reader.Tensors.Count)),
                    ("parameters", $"{ParameterText.Of(reader.Tensors.Sum(t => t.Count))} ({Number(reader.Tensors.Sum(t => t.Count))})"),
                    ("kinds", string.Join(", ", kinds)),
                    .. reader.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => ($"metadata {m.Key}", m.Value)),
                ],
                Fields = [.. reader.Tensors.Select(t => (t.Name, $"{t.Dtype} [{string.Join(", ", t.Shape)}]"))],
            };
        }
        catch (CheckpointException damaged)
        {
            throw LanguageMistake.Content(
                path, $"no safetensors file that can be read: {damaged.Message.TrimEnd('.')}", "whole weights", null);
        }
    }

    private static FileDescription OfTokenizer(string path, long size)
    {
        var loaded = TokenizerFile.Load(path);
        var tokens = new List<int>();
        loaded.Encode(SampleText, tokens);
        return new FileDescription(path, $"a tokenizer ({loaded.Name})", size)
        {
            Facts =
            [
                ("vocabulary", Number(loaded.VocabularySize)),
                ("begin of a document", Named(loaded, loaded.BosId)),
                ("end of a document", Named(loaded, loaded.EosId)),
                ("puts before a text itself", loaded.SpecialsBefore.Count == 0 ? "nothing" : string.Join(", ", loaded.SpecialsBefore)),
                ("for example", $"'{SampleText}' is {string.Join(' ', tokens)}"),
            ],
        };

        static string Named(BpeTokenizer tokenizer, int id) =>
            id == tokenizer.BosId && tokenizer.BosText.Length > 0 ? $"{Number(id)} ({tokenizer.BosText})" : Number(id);
    }

    private FileDescription OfCorpus(string path, long size)
    {
        var format = CorpusFormats.Of(path);
        if (format == CorpusFormats.Shards)
        {
            return OfShard(path, size);
        }

        var packing = FileContent.OfFile(path).Kind switch
        {
            ContentKind.Gzip => ", packed with gzip",
            ContentKind.Zstandard => ", packed with zstd",
            _ => "",
        };
        var known = new FileDescription(path, format.Title + packing, size);
        if (format.Title == CorpusFormats.JsonLinesTitle)
        {
            var (fields, rows, first) = JsonFields.Of(path, samples);
            known = known with { Facts = [("lines", Number(rows))], Fields = fields, Samples = first };
        }
        else if (format.Title == CorpusFormats.ParquetTitle)
        {
            using var table = new ParquetTable(path);
            known = known with
            {
                Facts = [("rows", $"{Number(table.RowCounts.Sum())} in {CountText.Of(table.RowCounts.Count, "group")}")],
                Fields = [.. table.Columns.Select(c => (c, KindOf(table.Find(c)!)))],
                Samples = [.. ParquetRows.Read(path).Take(samples).Select(row => Encoding.UTF8.GetString(row))],
            };
        }

        try
        {
            return OfDocuments(known, format);
        }
        catch (UserInputException mistake)
        {
            var tasks = TasksOf(path);
            return tasks.Count > 0 ? known with { Facts = [.. known.Facts, ("questions of", string.Join(" or ", tasks))] }
                : IsPlainJson(path) ? known with { Kind = "JSON" + packing, Facts = [], Fields = known.Fields }
                : known with { Mistakes = mistake.Diagnostics };
        }
    }

    /// <summary>The tasks of lm-eval that its first row can be a question of.</summary>
    private static List<string> TasksOf(string path)
    {
        foreach (var (_, row) in TaskLines.Read(path))
        {
            return HarnessTasks.ThatRead(row);
        }

        return [];
    }

    /// <summary>By its ending: many a program writes one object with any fields under it, and it is no corpus.</summary>
    private static bool IsPlainJson(string path) =>
        Path.GetExtension(PackedNames.Unpacked(path)).Equals(".json", StringComparison.OrdinalIgnoreCase);

    private FileDescription OfDocuments(FileDescription known, CorpusFormat format)
    {
        var documents = format.Open(known.Path, [known.Path], new DocumentOptions(textField, SkipsBadLines: false));
        using (documents as IDisposable)
        {
            var (tokens, characters, bytes) = (0L, 0L, 0L);
            foreach (var batch in new DocumentEncoder(documents, tokenizer ?? new ByteTokenizer(), threads).Encode(
                [.. Enumerable.Range(0, documents.Count)], CancellationToken.None))
            {
                (tokens, characters, bytes) = (tokens + batch.Tokens.Count, characters + batch.Characters, bytes + batch.Bytes);
            }

            return known with
            {
                Facts =
                [
                    .. known.Facts,
                    ("documents", Number(documents.Count)),
                    ("text", $"{BytesText.Of(bytes)}, {Number(characters)} characters"),
                    .. tokenizer is null ? [] : new[]
                    {
                        ("tokens", string.Create(
                            CultureInfo.InvariantCulture,
                            $"{tokens:N0} by {tokenizer.Name}, with begin and end of each document; "
                            + $"{(double)bytes / Math.Max(1, tokens):0.00} bytes a token")),
                    },
                ],
                Samples = [.. Enumerable.Range(0, Math.Min(samples, documents.Count)).Select(documents.Read)],
            };
        }
    }

    private FileDescription OfShard(string path, long size)
    {
        using var shard = new TokenShard(path, int.MaxValue);
        var (highest, buffer) = (0, new int[1 << 16]);
        for (var start = 0L; start < shard.Count; start += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, shard.Count - start));
            shard.Read(start, part);
            foreach (var token in part)
            {
                highest = Math.Max(highest, token);
            }
        }

        var first = new int[(int)Math.Min(shard.Count, TokensShown)];
        shard.Read(0, first);
        var fits = tokenizer is null || highest < tokenizer.VocabularySize;
        var count = Math.Min(samples, shard.Documents?.Length ?? 1);
        return new FileDescription(path, $"token shard ({(size - TokenShard.HeaderBytes == 2 * shard.Count ? "uint16" : "uint32")})", size)
        {
            Facts =
            [
                ("tokens", Number(shard.Count)),
                ("documents", shard.Documents is { } starts ? Number(starts.Length) : "unknown: no sidecar says where they begin"),
                ("highest token", Number(highest)),
                .. fits ? [] : new[]
                {
                    ("tokenizer", $"{tokenizer!.Name} has {Number(tokenizer.VocabularySize)} tokens: these are another's"),
                },
            ],
            Samples = tokenizer is null || !fits
                ? [string.Join(' ', first)]
                : [.. Enumerable.Range(0, count).Select(i => tokenizer.Decode(TokensOf(shard, i)))],
        };
    }

    private static int[] TokensOf(TokenShard shard, int document)
    {
        const int most = 4096;
        var starts = shard.Documents ?? [0];
        var end = document + 1 < starts.Length ? starts[document + 1] : shard.Count;
        var tokens = new int[(int)Math.Min(most, end - starts[document])];
        shard.Read(starts[document], tokens);
        return tokens;
    }

    private static string KindOf(Parquet.Schema.DataField field)
    {
        var kind = field.ClrType == typeof(ReadOnlyMemory<byte>) ? "text"
            : field.ClrType == typeof(bool) ? "true or false"
            : field.ClrType == typeof(float) || field.ClrType == typeof(double) ? "number"
            : "whole number";
        return (field.MaxRepetitionLevel > 0 ? $"list of {kind}" : kind) + (field.IsNullable ? ", may be missing" : "");
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
