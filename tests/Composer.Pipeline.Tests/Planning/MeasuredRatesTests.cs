using Composer.Core;
using Composer.Core.Json;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Planning;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;

namespace Composer.Pipeline.Tests.Planning;

public sealed class MeasuredRatesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;
    private int records;

    public MeasuredRatesTests() => store = StageStore.Open(folder.Path, TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Without_a_like_measurement_nothing_is_said()
    {
        Assert.Null(Estimate(1e9, 1000));
        Record(1e9, 1000, seconds: 10, machine: "another machine");
        Record(1e9, 1000, seconds: 10, engine: "torch");
        Record(1e9, 1000, seconds: 10, unit: Work.Bytes);
        Record(1e9, 1000, seconds: 10, kind: "search");
        Record(1e9, 1000 * 8.1, seconds: 10);
        Record(1e9, 1000 / 8.1, seconds: 10);
        RecordWithoutWork();
        Assert.Null(Estimate(1e9, 1000));
    }

    [Fact]
    public void As_much_again_of_the_same_size_takes_as_long_a_unit()
    {
        Record(1e9, 1000, seconds: 10);
        var estimate = Estimate(5e9, 1000)!.Value;
        Assert.Equal(50, estimate.Seconds, 1e-9);
        Assert.Equal((40, 62.5), (Math.Round(estimate.Least, 9), Math.Round(estimate.Most, 9)));
    }

    [Fact]
    public void Several_measurements_say_how_much_they_differ()
    {
        foreach (var seconds in (double[])[8, 9, 10, 11, 12])
        {
            Record(1e9, 1000, seconds);
        }

        var one = Estimate(1e9, 1000)!.Value;
        Assert.Equal(10, one.Seconds, 1e-9);
        Assert.InRange(one.Most, 11.5, 13);
        Assert.InRange(one.Least, 7.7, 8.7);

        // Many together vary less than one.
        var many = new MeasuredRates(store, FakeKind.All).Of(Of(100e9, 1000) with { Jobs = 100 })!.Value;
        Assert.Equal(1000, many.Seconds, 1e-6);
        Assert.InRange(many.Most, 1050, 1090);
    }

    [Fact]
    public void The_start_of_an_agent_counts_as_often_as_it_comes()
    {
        Record(1e9, 1000, seconds: 31);
        for (var i = 0; i < 9; i++)
        {
            Record(1e9, 1000, seconds: 1);
        }

        Assert.Equal(40, Estimate(10e9, 1000)!.Value.Seconds, 1e-9);
    }

    [Fact]
    public void Between_two_sizes_the_rate_is_a_power_of_the_size()
    {
        Record(1e9, 1000, seconds: 10); // 1e8 a second
        Record(1e9, 4000, seconds: 2.5); // 4e8 a second
        Assert.Equal(5, Estimate(1e9, 2000)!.Value.Seconds, 1e-9);
        Assert.Equal(2.5, Estimate(1e9, 4000)!.Value.Seconds, 1e-9);
    }

    [Fact]
    public void Farther_from_what_was_measured_the_spread_is_wider()
    {
        Record(1e9, 1000, seconds: 10);
        var (same, far) = (Estimate(1e9, 1000)!.Value, Estimate(1e9, 8000)!.Value);
        Assert.Equal(same.Seconds, far.Seconds, 1e-9);
        Assert.Equal(1.25 * 1.2 * 1.2 * 1.2, far.Most / far.Seconds, 1e-9);
    }

    [Fact]
    public void Parts_are_added_and_one_that_is_unknown_makes_the_whole_unknown()
    {
        Record(1e9, 1000, seconds: 10);
        var rates = new MeasuredRates(store, FakeKind.All);
        Assert.Equal(30, rates.Of([Of(1e9, 1000), Of(2e9, 1000)])!.Value.Seconds, 1e-9);
        Assert.Null(rates.Of([Of(1e9, 1000), Of(2e9, 1e6)]));
    }

    private static Work Of(double amount, double size, string kind = "pretrain", string engine = "cpu", string unit = Work.Flops) =>
        new(kind, engine, amount, unit, size);

    private Estimate? Estimate(double amount, double size) => new MeasuredRates(store, FakeKind.All).Of(Of(amount, size));

    private void Record(
        double amount,
        double size,
        double seconds,
        string? machine = null,
        string engine = "cpu",
        string unit = Work.Flops,
        string kind = "pretrain")
    {
        var work = store.Blobs.Add(new MemoryStream(ComposerJson.Write(Of(amount, size, kind, engine, unit))));
        Publish(kind, seconds, machine ?? ThisMachine.Name, new() { [Work.Name] = work });
    }

    private void RecordWithoutWork() => Publish("pretrain", 10, ThisMachine.Name, []);

    private void Publish(string kind, double seconds, string machine, SortedDictionary<string, BlobReference> beside) => store.Publish(
        [
            new StageRecord(
                Digest.Of($"key {records}"),
                kind,
                "label",
                [],
                new SortedDictionary<string, BlobReference>(StringComparer.Ordinal),
                beside,
                DateTimeOffset.UnixEpoch.AddSeconds(records++),
                seconds,
                machine),
        ]);
}
