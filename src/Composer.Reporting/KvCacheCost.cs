using Composer.Architecture.Costs;
using Composer.Core.Text;
using Composer.Stages.Report;

namespace Composer.Reporting;

/// <summary>What a model keeps of a token while decoding.</summary>
internal static class KvCacheCost
{
    /// <summary>The length that it is told at: the longest that decoding was timed at; null where none was.</summary>
    public static int? LengthOf(ReportModel model) => model.Efficiency?.Points.Select(p => (int?)p.Length).Max();

    /// <summary>
    /// Bytes a token in bf16, of a sequence of that length: a window or a state takes the less of each token the longer it is.
    /// </summary>
    public static string TextOf(ReportModel model)
    {
        var (architecture, length) = (model.Architecture, LengthOf(model) ?? 1);
        var bytes = ArchitectureCosts.Of(architecture.Architecture, architecture.Shape, vocabulary: 0).KvCacheBytes(length);
        return BytesText.Of((long)Math.Round((double)bytes / length));
    }
}
