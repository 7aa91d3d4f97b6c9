using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Stages.Code;

namespace Composer.Stages.Report;

/// <summary>Renders the report of everything before it.</summary>
public sealed class ReportStage(IReportRenderer renderer) : JobKind<ReportInputs>
{
    /// <summary>The output's name.</summary>
    public const string OutputName = "index.html";

    public override string Name => KindNames.Report;

    protected override JobCode CodeOf(ReportInputs inputs) =>
        CodeDigest.Of(KindNames.Report, CodeUse.Primitives(inputs.Points.SelectMany(p => p.Branches).SelectMany(b => b.Symbols)));

    protected override Task<JobOutcome> ComputeAsync(ReportInputs inputs, JobTools tools, CancellationToken cancellation) =>
        Task.FromResult(ReportComputation.Compute(inputs, renderer, tools));
}
