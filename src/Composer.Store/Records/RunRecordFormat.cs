using System.Text.Json;
using System.Text.Json.Serialization;
using Composer.Core;

namespace Composer.Store.Records;

/// <summary>A run as JSON, format 1: in a file of its own store, and at the head of an archive.</summary>
internal static class RunRecordFormat
{
    public const int Version = 1;

    /// <summary>Its name in an archive.</summary>
    public const string Header = "run.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>A run as an archive has it or, when it says whether it is pinned, as its own store does.</summary>
    public static byte[] Write(RunRecord run, IReadOnlyList<RunStage> stages, IReadOnlyList<Digest> keys, bool? pinned = null) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new HeaderFile(
                Version,
                run.Id,
                run.Experiment,
                run.Profile,
                run.Manifest.ToString(),
                run.Started,
                run.Finished,
                run.ExitCode,
                [.. stages.Select(s => new StageFile(s.Name, s.Kind, s.Key?.ToString(), s.Status))],
                [.. keys.Select(k => k.ToString())],
                pinned,
                run.Settings.Count == 0 ? null : [.. run.Settings]),
            Options);

    /// <exception cref="InvalidDataException">The bytes are no header of a format that this version knows.</exception>
    public static (RunRecord Run, IReadOnlyList<RunStage> Stages, IReadOnlyList<Digest> Keys) Read(ReadOnlySpan<byte> json)
    {
        HeaderFile? file;
        try
        {
            using var document = JsonDocument.Parse(json.ToArray());
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("format", out var format)
                || !format.TryGetInt32(out var version)
                || version != Version)
            {
                throw new InvalidDataException($"its format is not {Version}, the one that this composer knows");
            }

            file = document.Deserialize<HeaderFile>(Options);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"its {Header} is wrong: {e.Message}", e);
        }

        if (file!.Stages.Any(s => s is null)
                || file.Settings?.Any(s => s is null) == true
                || file.Id.Length is 0 or > 100
                || file.Id[0] == '.'
                || !file.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new InvalidDataException($"its {Header} is wrong");
        }

        return (
            new RunRecord(
                file.Id,
                file.Experiment,
                file.Profile,
                Parse(file.Manifest),
                file.Started,
                file.Finished,
                file.ExitCode,
                Pinned: file.Pinned ?? true)
            {
                Settings = file.Settings ?? [],
            },
            [.. file.Stages.Select(s => new RunStage(s.Name, s.Kind, s.Key is null ? null : Parse(s.Key), s.Status))],
            [.. file.Keys.Select(Parse)]);
    }

    private static Digest Parse(string? text) =>
        Digest.TryParse(text, out var digest) ? digest : throw new InvalidDataException($"its {Header} is wrong: '{text}' is no digest");

    private sealed record StageFile(string Name, string Kind, string? Key, string Status);

    private sealed record HeaderFile(
        int Format,
        string Id,
        string Experiment,
        string Profile,
        string Manifest,
        DateTimeOffset Started,
        DateTimeOffset? Finished,
        int? ExitCode,
        StageFile[] Stages,
        string[] Keys,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Pinned = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Settings = null);
}
