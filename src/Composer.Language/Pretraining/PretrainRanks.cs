using System.Runtime.InteropServices;
using Composer.Core.Ranks;
using Composer.Training.Models;

namespace Composer.Language.Pretraining;

/// <summary>
/// What the ranks of a pre-training say to each other beside their gradients: that they are alike, where to begin, what is next.
/// </summary>
internal static class PretrainRanks
{
    /// <summary>Bounds a message.</summary>
    private const int ChunkFloats = 1 << 24;

    /// <summary>Makes sure that all ranks compute the same, whatever machines they are on.</summary>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">One of them does not; on all ranks alike.</exception>
    public static void Agree(PretrainRun run)
    {
        if (run.Ranks.Count == 1)
        {
            return;
        }

        (string What, string Own)[] aspects =
        [
            ("hardware", run.Engine.HardwarePolicy),
            ("build of composer", run.Build),
            ("pre-training", PretrainFingerprint.Of(run)),
        ];
        foreach (var (what, own) in aspects)
        {
            var all = RankTexts.Gather(run.Ranks, own);
            int[] others = [.. Enumerable.Range(0, all.Count).Where(rank => all[rank] != all[0])];
            if (others.Length > 0)
            {
                var has = others.Length == 1 ? "has" : "have";
                throw LanguageMistake.Ranks(
                    $"The ranks of the pre-training are not alike: {RankTexts.Name(others)} {has} the {what} '{all[others[0]]}', rank 0 "
                    + $"'{all[0]}'. Together they would compute what no single one does.",
                    "Start all ranks from one executable on machines of one kind, or train with fewer: the result is the same.");
            }
        }
    }

    /// <summary>Tells the others what is next.</summary>
    public static void Say(IRankGroup ranks, PretrainOrder order)
    {
        Span<byte> said = [(byte)order];
        ranks.Broadcast(said);
    }

    /// <summary>What rank 0 says.</summary>
    public static PretrainOrder Hear(IRankGroup ranks)
    {
        Span<byte> said = [0];
        ranks.Broadcast(said);
        return (PretrainOrder)said[0];
    }

    /// <summary>Gives every rank the state that rank 0 has restored.</summary>
    /// <param name="ranks">The group.</param>
    /// <param name="model">Of rank 0, what it restored; of another, what receives it.</param>
    /// <param name="step">Updates done; of rank 0 alone.</param>
    /// <param name="position">Sequences drawn; of rank 0 alone.</param>
    /// <returns>Both, of rank 0.</returns>
    public static (long Step, long Position) ShareState(IRankGroup ranks, ITrainableModel model, long step, long position)
    {
        if (ranks.Count == 1)
        {
            return (step, position);
        }

        Span<byte> header = stackalloc byte[3 * sizeof(long)];
        long[] own = [step, position, model.UpdatesDone];
        MemoryMarshal.AsBytes<long>(own).CopyTo(header);
        ranks.Broadcast(header);
        MemoryMarshal.Cast<byte, long>(header).CopyTo(own);

        // What has not begun is the same on all already: drawn from one seed.
        if (own[0] > 0)
        {
            model.RestoreUpdatesDone(own[2]);
            var buffer = new float[model.Parameters.Max(parameter => parameter.Count)];
            for (var i = 0; i < model.Parameters.Count; i++)
            {
                foreach (var slot in Enum.GetValues<StateSlot>())
                {
                    Share(ranks, model, i, slot, buffer.AsSpan(0, checked((int)model.Parameters[i].Count)));
                }
            }
        }

        return (own[0], own[1]);
    }

    private static void Share(IRankGroup ranks, ITrainableModel model, int parameter, StateSlot slot, Span<float> values)
    {
        if (ranks.Rank == 0)
        {
            model.Read(parameter, slot, values);
        }

        for (var start = 0; start < values.Length; start += ChunkFloats)
        {
            ranks.Broadcast(MemoryMarshal.AsBytes(values.Slice(start, Math.Min(ChunkFloats, values.Length - start))));
        }

        if (ranks.Rank != 0)
        {
            model.Write(parameter, slot, values);
        }
    }
}
