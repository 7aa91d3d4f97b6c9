using Composer.Agents.Attempts;
using Composer.Core;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Agents.Tests.Attempts;

/// <summary>What a coordinator makes of the files of an attempt, in whatever order and state it comes to see them.</summary>
public sealed class AttemptReaderTests : IDisposable
{
    private static readonly DateTimeOffset LongAgo = new(1999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly AttemptFolder attempt;
    private readonly AttemptReader reader;
    private readonly List<string> told = [];

    public AttemptReaderTests()
    {
        attempt = AttemptFolder.TryBegin(Spoken.JobAt(folder["job"], "a", "b"))!;
        reader = new AttemptReader(attempt, time);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nothing_is_told_before_somebody_begins()
    {
        Finish("a");
        Pass(1000);

        Assert.Equal((null, TimeSpan.Zero, false), (reader.Start, reader.Silent, reader.HasProgressed));
        Assert.Empty(told);
    }

    [Fact]
    public void Each_event_is_told_once()
    {
        Begin();
        Tell(new JobEvent(new StageProgress(0.5, "half")));
        Pass(1);
        Finish("a");
        Pass(1);
        Pass(1);

        Assert.Equal(["half", $"a {Digest.Of("\"a\""u8).Short}"], told);
        Assert.True(reader.HasProgressed);
    }

    [Fact]
    public void Half_a_line_is_read_when_it_is_whole()
    {
        Begin();
        var line = Line(new JobEvent(new StageProgress(0.5, "half")));
        for (var i = 0; i < line.Length; i++)
        {
            File.WriteAllBytes(attempt.EventsFile, line[..i]);
            Pass(1);
            Assert.Empty(told);
        }

        File.WriteAllBytes(attempt.EventsFile, line);
        Pass(1);

        Assert.Equal(["half"], told);
    }

    [Fact]
    public void A_line_whose_bytes_are_on_their_way_is_read_again()
    {
        Begin();
        var (first, second) = (Line(new JobEvent(new StageProgress(0.1, "first"))), Line(new JobEvent(new StageProgress(0.2, "second"))));
        byte[] holes = [.. first, .. new byte[second.Length - 1], (byte)'\n'];
        File.WriteAllBytes(attempt.EventsFile, holes);
        Write(attempt.ResultFile, new AttemptResult(new JobResult(), null, holes.Length));
        Pass(1);
        Assert.Equal(["first"], told);
        Assert.Null(reader.Result);
        Assert.Equal("attempts/0001/events.jsonl", reader.Unseen);

        File.WriteAllBytes(attempt.EventsFile, [.. first, .. second]);
        Pass(1);

        Assert.Equal(["first", "second"], told);
        Assert.NotNull(reader.Result);
    }

    [Fact]
    public void A_result_that_comes_before_its_events_and_outputs_waits_for_them()
    {
        Begin();
        Output("a");
        var line = Line(Finished("a"), "a");
        Write(attempt.ResultFile, new AttemptResult(new JobResult(), null, line.Length));
        Pass(1);
        Assert.Null(reader.Result);

        File.WriteAllBytes(attempt.EventsFile, line);
        File.Delete(folder["job/a"]);
        Pass(1);
        Assert.Equal((null, "a"), (reader.Result, reader.Unseen));
        Pass(30);
        Assert.Equal(31, reader.UnseenFor.TotalSeconds, 0.0);

        Output("a");
        Pass(1);

        Assert.Equal([$"a {Digest.Of("\"a\""u8).Short}"], told);
        Assert.Equal((true, null, TimeSpan.Zero), (reader.Result is not null, reader.Unseen, reader.UnseenFor));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"a")]
    [InlineData("\"b\"")]
    [InlineData("\"a\"\n")]
    public void An_output_of_other_bytes_is_none(string content)
    {
        Begin();
        Tell(Finished("a"), "a");
        File.WriteAllText(folder["job/a"], content);
        Pass(1);

        Assert.Empty(told);
        Assert.Equal("a", reader.Unseen);
        Assert.False(reader.HasProgressed);
    }

    [Fact]
    public void One_output_on_its_way_keeps_no_other_back()
    {
        Begin();
        Tell(Finished("a"), "a");
        Output("b");
        Tell(Finished("b"), "b");
        Pass(1);

        Assert.Equal([$"b {Digest.Of("\"b\""u8).Short}"], told);
        Assert.Equal("a", reader.Unseen);
    }

    [Fact]
    public void A_heart_beats_by_whatever_clock()
    {
        Begin();
        for (var beat = 1; beat <= 40; beat++)
        {
            Write(attempt.HeartbeatFile, new AttemptHeartbeat(beat, LongAgo));
            Pass(5);
            Assert.InRange(reader.Silent.TotalSeconds, 0, 5);
        }

        Pass(100);
        Pass(100);

        Assert.Equal(200, reader.Silent.TotalSeconds, 0.0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    public void Files_that_are_being_written_are_not_there_yet(string content)
    {
        File.WriteAllText(attempt.StartedFile, content);
        Pass(1);
        Assert.Null(reader.Start);

        Begin();
        File.WriteAllText(attempt.ResultFile, content);
        Pass(1);

        Assert.NotNull(reader.Start);
        Assert.Null(reader.Result);
    }

    [Fact]
    public void A_folder_that_goes_away_and_comes_back_is_read_on()
    {
        Begin();
        Finish("a");
        Pass(1);
        Directory.Move(folder["job"], folder["gone"]);
        Pass(10);
        Directory.Move(folder["gone"], folder["job"]);
        Finish("b");
        Pass(1);

        Assert.Equal(["a", "b"], told.Select(t => t[..1]));
    }

    private static JobEvent Finished(string word) => new(Finished: new UnitResult(
        Spoken.KeyOf(word), new Dictionary<string, string> { ["out"] = word }, new Dictionary<string, string>(), 1));

    private static byte[] Line(JobEvent happened, string? output = null) =>
    [
        .. ComposerJson.Write(new AttemptEvent(
            happened, output is null ? null : new Dictionary<string, Digest> { [output] = Digest.Of(ComposerJson.Write(output)) })),
        (byte)'\n',
    ];

    private static void Write<T>(string path, T value) => File.WriteAllBytes(path, ComposerJson.Write(value));

    private void Begin() => Write(attempt.StartedFile, new AttemptStart("node", 1, "17", null, LongAgo));

    private void Finish(string word)
    {
        Output(word);
        Tell(Finished(word), word);
    }

    private void Output(string word) => Write(folder[$"job/{word}"], word);

    private void Tell(JobEvent happened, string? output = null) => File.AppendAllBytes(attempt.EventsFile, Line(happened, output));

    private void Pass(int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        reader.Read((happened, digests) => told.Add(
            happened.Finished is { } unit ? $"{unit.Outputs["out"]} {digests[unit.Outputs["out"]].Short}" : happened.Progress!.Detail));
    }
}
