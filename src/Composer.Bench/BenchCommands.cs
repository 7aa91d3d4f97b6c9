using System.CommandLine;
using Composer.Bench.Candidate;
using Composer.Bench.Engine;
using Composer.Bench.Infer;
using Composer.Bench.Measuring;
using Composer.Bench.Plan;
using Composer.Bench.Queue;
using Composer.Bench.Ranks;
using Composer.Bench.Search;
using Composer.Bench.Signal;
using Composer.Bench.Store;
using Composer.Bench.Tokenizer;
using Composer.Bench.Train;

namespace Composer.Bench;

/// <summary><c>composer bench</c>: measures on this machine, now.</summary>
public static class BenchCommands
{
    /// <summary>The command, with one below it for each folder here.</summary>
    /// <param name="host">What the executable knows.</param>
    public static Command Create(BenchHost host) => new("bench", "Measure speed, or the signal of a score, on this machine.")
    {
        TrainCommand.Create(host),
        EngineCommand.Create(),
        CandidateCommand.Create(),
        InferCommand.Create(),
        SearchCommand.Create(host),
        StoreCommand.Create(host),
        PlanCommand.Create(host),
        QueueCommand.Create(host),
        SignalCommand.Create(host),
        TokenizerCommand.Create(),
        RanksCommand.Create(host),
    };
}
