using static TorchSharp.torch;

namespace Composer.Training.Torch.Threading;

/// <summary>Several threads at once, each of which computes a part of a batch by itself.</summary>
/// <param name="count">How many.</param>
/// <remarks>
/// libtorch's own threads share each operation, and its sums then depend on how many they are. So an operation has one
/// thread here, the batch is split into parts that the shape alone determines, and what is summed over parts is summed
/// in their order: the same bits for any number of threads. It is also faster than libtorch's way on small models.
/// </remarks>
internal sealed class CpuWorkers(int count)
{
    /// <summary>Tokens of a part, unless one sequence has more: enough for large products, few enough for the caches.</summary>
    public const int TokensAtOnce = 1024;

    /// <summary>Of a batch of as many sequences, so that a small one too is shared by several threads.</summary>
    public const int FewestParts = 4;

    private readonly ParallelOptions options = new() { MaxDegreeOfParallelism = count };

    public int Count { get; } = count;

    /// <summary>To be called by each thread before it computes: OpenMP keeps the number for each.</summary>
    public static void Enter()
    {
        if (get_num_threads() != 1)
        {
            set_num_threads(1);
        }
    }

    /// <summary>Does the work of each number below the bound; tensors that it makes end with it.</summary>
    public void Run(int bound, Action<int> work) => Parallel.For(0, bound, options, i =>
    {
        Enter();
        using var scope = NewDisposeScope();
        work(i);
    });
}
