using Composer.Stages.Report;

namespace Composer.Stages.Tests;

/// <summary>For experiments that end before their report.</summary>
internal sealed class NoRenderer : IReportRenderer
{
    public byte[] Render(ReportContent content) => throw new NotSupportedException("Nothing is rendered here.");
}
