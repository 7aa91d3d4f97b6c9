using System.Globalization;
using Composer.Pipeline.Progress;
using Serilog.Core;
using Serilog;

namespace Composer.Cli.Output;

/// <summary>Everything that happens, in a file a day under <c>artifacts/logs</c>, the last fourteen kept.</summary>
internal sealed class LogObserver : IRunObserver, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, DateTimeOffset> progressed = new(StringComparer.Ordinal);
    private readonly Logger log;

    public LogObserver(string folder) =>
        log = new LoggerConfiguration()
            .MinimumLevel.Debug()
            .WriteTo.File(
                Path.Combine(folder, "composer-.log"),
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: 14,

                // By a mutex of the path's name, in which a backslash has a meaning of its own.
                shared: OperatingSystem.IsWindows() || !Path.GetFullPath(folder).Contains('\\', StringComparison.Ordinal),
                formatProvider: CultureInfo.InvariantCulture,
                outputTemplate: "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {Message:lj}{NewLine}{Exception}")
            .CreateLogger();

    public void On(PipelineEvent happened)
    {
        switch (happened)
        {
            case RunStarted e:
                log.Information("Run {Run} of {Experiment} (profile {Profile}): {Stages} stages", e.Run, e.Experiment, e.Profile, e.Stages);
                break;
            case StageStarted e:
                log.Information("{Stage} runs, key {Key}: {Reasons}", e.Stage, e.Key.ToString(), e.Reasons);
                break;
            case StageWaiting e:
                log.Debug("{Stage} waits for {Holder}", e.Stage, e.Holder);
                break;
            case StageProgressed e when e.At - progressed.GetValueOrDefault(e.Stage) >= Interval:
                progressed[e.Stage] = e.At;
                log.Debug("{Stage}: {Detail}", e.Stage, e.Progress.Detail);
                break;
            case StageRetried e:
                log.Warning("{Stage} failed and is tried again ({Tried} of {Retries}): {Failure}", e.Stage, e.Tried, e.Retries, e.Failure);
                break;
            case StageNoticed e:
                log.Warning("{Stage}: {Notice}", e.Stage, e.Notice);
                break;
            case StageFinished { Status: "failed" } e:
                log.Error("{Stage} failed after {Seconds:0.0} s: {Summary} {Trace}", e.Stage, e.Seconds, e.Summary, e.Trace);
                break;
            case StageFinished e:
                log.Information(
                    "{Stage} {Status} after {Seconds:0.0} s, key {Key}: {Summary}",
                    e.Stage,
                    e.Status,
                    e.Seconds,
                    e.Key?.ToString(),
                    e.Summary);
                break;
            case RunFinished e:
                log.Information(
                    "Run {Run} ended with {ExitCode}: {Ran} ran, {Hits} hits, {Failed} failed in {Seconds:0.0} s", e.Run, e.ExitCode, e.Ran,
                    e.Hits, e.Failed, e.Seconds);
                break;
        }
    }

    public void Dispose() => log.Dispose();
}
