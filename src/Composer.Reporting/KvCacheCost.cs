using Composer.Architecture.Costs;
using Composer.Core.Text;
using Composer.Reporting.Sections;
using Composer.Stages.Report;

namespace Composer.Reporting;

/// <summary>What a model keeps of a token while decoding.</summary>
internal static class KvCacheCost
{
    /// <summary>In words.</summary>
    public static string TextOf(ReportModel model) => BytesText.Of((long)Math.Round(BytesOf(model)));

    /// <summary>
    /// Bytes a token in bf16, of a sequence as long as the longest that decoding was timed at: a window or a state takes the
    /// less of each token the longer it is.
    /// </summary>
    public static double BytesOf(ReportModel model)
    {
        var (architecture, length) = (model.Architecture, ResultsSection.Longest(model)?.Length ?? 1);
        var bytes = ArchitectureCosts.Of(architecture.Architecture, architecture.Shape, vocabulary: 0).KvCacheBytes(length);
        return (double)bytes / length;
    }
}
