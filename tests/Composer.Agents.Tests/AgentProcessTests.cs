using System.Collections.Concurrent;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Tests;

/// <summary>The agent's side of the conversation, in this process.</summary>
public sealed class AgentProcessTests : IDisposable
{
    private static readonly JobKinds Kinds = new([Endless.Kind]);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_job_is_cancelled_even_when_it_has_not_begun()
    {
        using var input = new Lines();
        using var output = new StringWriter();
        // The lines are there before the agent is: the cancellation is read before the job begins, or just after.
        input.Add(Write(Waiting));
        input.Add("cancel");
        var serving = Task.Run(() => AgentProcess.Serve(new JobExecution(Kinds), input, output, TimeProvider.System));
        while (!Said(output).Contains("\"cancelled\":true", StringComparison.Ordinal))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        input.End();
        Assert.Equal(0, await serving);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_end_of_the_input_stops_the_job_and_ends_the_agent()
    {
        using var input = new Lines();
        using var output = new StringWriter();
        input.Add(Write(Waiting));
        input.End();

        Assert.Equal(
            0,
            await Task.Run(
                () => AgentProcess.Serve(new JobExecution(Kinds), input, output, TimeProvider.System),
                TestContext.Current.CancellationToken));
        Assert.Contains("\"cancelled\":true", Said(output), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_agents_never_work_in_one_folder()
    {
        var job = Write(Nothing);
        var runner = new JobRunner(new JobExecution(Kinds), TimeProvider.System);
        using (new FileStream(folder["lock"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

            Assert.True(runner.Run(job, _ => { }, impatient.Token).Cancelled);
            Assert.Equal(
                ["job.json", "lock"], Directory.EnumerateFiles(folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        }

        var result = runner.Run(job, _ => { }, default);

        Assert.False(result.Cancelled);
        Assert.Null(result.Failure);
        Assert.Equal(result.Seconds, ComposerJson.Read<JobResult>(File.ReadAllBytes(folder[JobFileNames.Result])).Seconds);
    }

    private Job Nothing => new() { Id = "job", Kind = Endless.Kind.Name, Folder = folder.Path, Threads = 1, Units = [] };

    private Job Waiting => Nothing with
    {
        Units = [new JobUnit(Digest.Of("unit"), JsonSerializer.SerializeToElement(new EndlessInputs(), ComposerJson.Inputs))],
    };

    private string Write(Job job)
    {
        var file = folder[JobFileNames.Job];
        File.WriteAllBytes(file, ComposerJson.Write(job));
        return file;
    }

    // The agent writes its lines under the same lock.
    private static string Said(StringWriter output)
    {
        lock (output)
        {
            return output.ToString();
        }
    }

    /// <summary>An input that waits for the next line, as a pipe does.</summary>
    private sealed class Lines : TextReader
    {
        private readonly BlockingCollection<string> lines = [];

        public void Add(string line) => lines.Add(line);

        public void End() => lines.CompleteAdding();

        public override string? ReadLine() => lines.TryTake(out var line, Timeout.Infinite) ? line : null;

        protected override void Dispose(bool disposing) => lines.Dispose();
    }
}
