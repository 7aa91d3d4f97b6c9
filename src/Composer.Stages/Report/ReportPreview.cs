using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Results;
using Composer.Search.Analysis;
using Composer.Store;

namespace Composer.Stages.Report;

/// <summary>What a report would show of a run that is not over: the results that there are so far.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="graph">The run's stages, the report among them.</param>
/// <param name="store">Where the results are.</param>
public sealed class ReportPreview(StageGraph graph, StageStore store)
{
    private readonly Stage report = graph.Stages.First(s => s.Kind.Name == KindNames.Report);
    private readonly PlannedFiles files = new(store);
    private readonly Dictionary<Digest, StudyAnalysis?> analyses = [];

    /// <summary>Every stage but the report, inputs before what reads them.</summary>
    public IReadOnlyList<Stage> Stages { get; } = [.. graph.Stages.Where(s => s.Kind.Name != KindNames.Report)];

    /// <summary>Whether a graph ends in a report.</summary>
    public static bool IsIn(StageGraph graph) => graph.Stages.Any(s => s.Kind.Name == KindNames.Report);

    /// <summary>The report's content with these results; null where one of them has gone from the store or is damaged.</summary>
    /// <param name="keys">Of the stages that have a result, by name.</param>
    public ReportContent? Of(IReadOnlyDictionary<string, Digest> keys) => Of(keys, Analyse);

    /// <summary>The same without what a surrogate says of the searches, which takes seconds.</summary>
    /// <inheritdoc cref="Of(IReadOnlyDictionary{string, Digest})"/>
    public ReportContent? WithoutAnalyses(IReadOnlyDictionary<string, Digest> keys) => Of(keys, (_, _, _) => null);

    private ReportContent? Of(
        IReadOnlyDictionary<string, Digest> keys, Func<ReportedSearch, Search.SearchOutput, Digest, StudyAnalysis?> analyse)
    {
        try
        {
            var inputs = (ReportInputs)report.Resolve(new Results(this, keys), store, files).Inputs;
            return ReportComputation.ContentOf(inputs, ResultOf, analyse);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or KeyNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private StageResult ResultOf(Digest key) =>
        store.RecordOf(key) is { } record ? new StageResult(record, store) : throw new KeyNotFoundException(key.ToString());

    /// <summary>Fits once what takes seconds.</summary>
    private StudyAnalysis? Analyse(ReportedSearch from, Search.SearchOutput search, Digest key)
    {
        if (!analyses.TryGetValue(key, out var analysis))
        {
            analysis = analyses[key] = SearchAnalysis.Of(from, search);
        }

        return analysis;
    }

    private sealed class Results(ReportPreview preview, IReadOnlyDictionary<string, Digest> keys) : IStageResults
    {
        public StageResult this[Stage stage] => preview.ResultOf(keys[stage.Name]);

        public bool Has(Stage stage) => keys.ContainsKey(stage.Name);
    }
}
