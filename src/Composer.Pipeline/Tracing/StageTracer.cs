using System.Text.Json;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Pipeline.Tracing;

/// <summary>Follows a stage of a run back through its inputs and reads every blob on the way again.</summary>
/// <param name="store">What the run left.</param>
/// <param name="run">What became of its stages.</param>
/// <param name="graph">The experiment as the run's manifest resolves it.</param>
/// <param name="origins">Where its manifest says what: of a stage's name, its kind's, a field and its value.</param>
public sealed class StageTracer(
    StageStore store, IReadOnlyList<RunStage> run, StageGraph graph, Func<string, string, string, string, string?> origins)
{
    private readonly StageStore store = store;
    private readonly Dictionary<string, RunStage> stages = run.ToDictionary(s => s.Name, StringComparer.Ordinal);
    private readonly Dictionary<Digest, BlobState> blobs = [];

    /// <summary>The stages and everything that they were computed from, the stages first.</summary>
    public IReadOnlyList<StageTrace> Trace(params IEnumerable<string> names)
    {
        var traces = new List<StageTrace>();
        var reached = new HashSet<string>(names, StringComparer.Ordinal);
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var next))
        {
            if (TraceAlone(next) is { } trace)
            {
                traces.Add(trace);
                trace.Inputs.Select(i => i.Stage).Where(reached.Add).ToList().ForEach(open.Enqueue);
            }
        }

        return traces;
    }

    /// <summary>The stage without what it was computed from; null when the run has no such result.</summary>
    public StageTrace? TraceAlone(string name) =>
        stages.TryGetValue(name, out var stage) && stage.Key is { } key && store.RecordOf(key) is { } record ? Of(stage, record) : null;

    private StageTrace Of(RunStage stage, StageRecord record)
    {
        var node = graph.Stages.FirstOrDefault(s => s.Name == stage.Name);
        var read = record.Outputs.Concat(record.Beside)
            .Select(b => new TracedBlob(b.Key, b.Value.Digest, b.Value.Size, StateOf(b.Value.Digest))).ToArray();
        var result = new StageResult(record, store);
        var isReadable = read.All(b => b.State == BlobState.Whole);
        return new StageTrace
        {
            Name = stage.Name,
            Kind = stage.Kind,
            Key = record.Key,
            KeyHolds = Preimage.KeyOf(record.Preimage) == record.Key,
            Output = record.Output,
            Blobs = read,
            Fields = [.. record.Preimage.Select(f => new TracedField(f.Path, f.Value, origins(stage.Name, stage.Kind, f.Path, f.Value)))],
            Inputs = [.. (node?.Inputs ?? []).Select(i => InputOf(record, i))],
            Behind = node is not null && isReadable ? Behind(node.Kind, node.Kind.KeysBehind(result)) : new TracedCount(0, []),
            CodeIsCurrent = node is null ? null : IsCurrent(node, record),
            Created = record.Created,
            Seconds = record.Seconds,
            Machine = record.Machine,
            Accepted = isReadable ? result.Accepted : null,
        };
    }

    /// <summary>
    /// Which fields of a reader's key name what an input put out: its digest, or a text in it such as an order of layers.
    /// </summary>
    private TracedInput InputOf(StageRecord reader, Stage input)
    {
        if (!stages.TryGetValue(input.Name, out var stage) || stage.Key is not { } key || store.RecordOf(key) is not { } record)
        {
            return new TracedInput(input.Name, [], Holds: false);
        }

        var names = record.Outputs.Values.Concat(record.Beside.Values).Select(b => b.Digest)
            .Append(record.Output).Append(record.Key).Select(d => d.ToString()).ToHashSet(StringComparer.Ordinal);
        var fields = reader.Preimage.Where(f => names.Contains(f.Value)).Select(f => f.Path).ToList();
        if (fields.Count == 0)
        {
            var texts = record.Outputs.Where(o => o.Key.EndsWith(".json", StringComparison.Ordinal))
                .SelectMany(o => TextsOf(o.Value.Digest)).ToHashSet(StringComparer.Ordinal);
            fields.AddRange(
                reader.Preimage.Where(f => f.Path.StartsWith($"{Preimage.Input}.", StringComparison.Ordinal) && texts.Contains(f.Value)).Select(f => f.Path));
        }

        return new TracedInput(input.Name, fields, fields.Count > 0);
    }

    private bool? IsCurrent(Stage node, StageRecord record)
    {
        try
        {
            var now = node.Resolve(new RunResults(this), store, new PlannedFiles(store)).Preimage.Fields.Where(f => Preimage.IsCode(f.Path));
            return now.SequenceEqual(record.Preimage.Where(f => Preimage.IsCode(f.Path)));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or KeyNotFoundException or UserInputException)
        {
            // Damaged inputs are told of with the stages they are of.
            return null;
        }
    }

    private IEnumerable<string> TextsOf(Digest blob)
    {
        if (StateOf(blob) != BlobState.Whole)
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(store.PathOf(blob)));
            return json.RootElement.ValueKind != JsonValueKind.Object ? [] :
            [
                .. json.RootElement.EnumerateObject().Where(
                    p => p.Value.ValueKind == JsonValueKind.String).Select(p => p.Value.GetString()!),
            ];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private TracedCount Behind(JobKind kind, IEnumerable<Digest> keys)
    {
        var (count, wrong) = (0, new List<string>());
        foreach (var key in keys)
        {
            var record = store.RecordOf(key);
            if (record is null && !kind.RestsOnWhatIsBehind)
            {
                // There to continue from.
                continue;
            }

            count++;
            if (record is null)
            {
                wrong.Add($"{key.Short}: its record is gone");
            }
            else if (Preimage.KeyOf(record.Preimage) != key)
            {
                wrong.Add($"{key.Short}: its fields are those of another key");
            }
            else
            {
                wrong.AddRange(record.Outputs.Where(o => StateOf(o.Value.Digest) != BlobState.Whole)
                    .Select(o => $"{key.Short}: {o.Key} is {(StateOf(o.Value.Digest) == BlobState.Missing ? "missing" : "corrupt")}"));
            }
        }

        return new TracedCount(count, wrong);
    }

    private sealed class RunResults(StageTracer tracer) : IStageResults
    {
        public StageResult this[Stage stage] => RecordOf(stage) is { } record
            ? new StageResult(record, tracer.store)
            : throw new KeyNotFoundException(stage.Name);

        public bool Has(Stage stage) => RecordOf(stage) is not null;

        private StageRecord? RecordOf(Stage stage) =>
            tracer.stages.TryGetValue(stage.Name, out var ended) && ended.Key is { } key ? tracer.store.RecordOf(key) : null;
    }

    private BlobState StateOf(Digest digest)
    {
        if (!blobs.TryGetValue(digest, out var state))
        {
            state = blobs[digest] = Read(digest);
        }

        return state;
    }

    private BlobState Read(Digest digest)
    {
        try
        {
            using var content = store.Blobs.OpenRead(digest);
            content.CopyTo(Stream.Null);
            return BlobState.Whole;
        }
        catch (BlobMissingException)
        {
            return BlobState.Missing;
        }
        catch (BlobCorruptException)
        {
            return BlobState.Corrupt;
        }
    }
}
