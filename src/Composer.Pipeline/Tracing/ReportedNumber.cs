using System.Globalization;
using System.Text.Json;
using Composer.Pipeline.Jobs;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Tracing;

/// <summary>A number that a stage of a run put out or measured.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Document">The output, such as <c>pretrain.json</c>.</param>
/// <param name="Path">In the document, such as <c>validation_loss</c> or <c>tasks[0].accuracy</c>.</param>
/// <param name="Value">As the document has it.</param>
public sealed record ReportedNumber(string Stage, string Document, string Path, double Value)
{
    /// <summary>How it is asked for: <c>pretrain/composite.validation_loss</c>.</summary>
    public string Address => $"{Stage}.{Path}";

    /// <summary>Every number of some stages, in their order.</summary>
    /// <remarks>Bytes are taken as they lie: who follows a number reads them again and compares digests.</remarks>
    public static IReadOnlyList<ReportedNumber> Of(StageStore store, JobKinds kinds, IEnumerable<RunStage> stages)
    {
        var numbers = new List<ReportedNumber>();
        foreach (var stage in stages)
        {
            if (stage.Key is { } key && store.RecordOf(key) is { } record)
            {
                foreach (var (name, blob) in record.Outputs.Concat(record.Beside).Where(b => kinds.Find(stage.Kind)?.HasNumbers(b.Key) == true))
                {
                    Read(store.PathOf(blob.Digest), stage.Name, name, numbers);
                }
            }
        }

        return numbers;
    }

    private static void Read(string path, string stage, string document, List<ReportedNumber> numbers)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            Walk(json.RootElement, "");
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            // Lost or damaged: it has no number to be found, and following another through it says so.
        }

        void Walk(JsonElement element, string at)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Number:
                    numbers.Add(new ReportedNumber(stage, document, at, element.GetDouble()));
                    break;
                case JsonValueKind.Object:
                    foreach (var property in element.EnumerateObject())
                    {
                        Walk(property.Value, at.Length == 0 ? property.Name : $"{at}.{property.Name}");
                    }

                    break;
                case JsonValueKind.Array:
                    var i = 0;
                    foreach (var item in element.EnumerateArray())
                    {
                        Walk(item, string.Create(CultureInfo.InvariantCulture, $"{at}[{i++}]"));
                    }

                    break;
            }
        }
    }
}
