using System.Globalization;
using Composer.Core.Code;
using Composer.Language.Corpora;
using Composer.Pipeline.Progress;

namespace Composer.Stages.Tokenize;

/// <summary>Tells of a tokenization's documents, a few times a second; and how long it took.</summary>
[CodeBoundary]
internal sealed class TokenizeProgressReport(Action<StageProgress> tell) : IProgress<TokenizationProgress>
{
    private const double Megabyte = 1e6;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly long began = TimeProvider.System.GetTimestamp();
    private long last;

    /// <summary>Since it was made.</summary>
    public double Seconds => TimeProvider.System.GetElapsedTime(began).TotalSeconds;

    public void Report(TokenizationProgress value)
    {
        var now = TimeProvider.System.GetTimestamp();
        if (TimeProvider.System.GetElapsedTime(last, now) < Interval && value.Documents < value.AllDocuments)
        {
            return;
        }

        last = now;
        var speed = value.Bytes / Math.Max(Seconds, 1e-9);
        tell(new StageProgress(
            (double)value.Documents / value.AllDocuments,
            string.Create(
                CultureInfo.InvariantCulture,
                $"document {value.Documents:N0} of {value.AllDocuments:N0} · {value.Bytes / Megabyte:N1} MB · {speed / Megabyte:0.0} MB/s"))
        {
            Measures = new Dictionary<string, double>
            {
                ["documents"] = value.Documents,
                ["of"] = value.AllDocuments,
                ["bytes"] = value.Bytes,
                ["bytes_per_second"] = speed,
            },
        });
    }
}
