using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Profiling;

namespace Composer.Training.Primitives.GatedDeltaNet;

/// <summary>
/// The gated delta rule over a sequence, a head at a time, by chunks of positions as products of small matrices
/// (Yang et al. 2024, arXiv 2406.06484, section 3, and 2412.06464, section 3.3).
/// </summary>
/// <remarks>
/// With S the state [key, value] where a chunk begins, G_t the sum of log α up to t in it, E = e^G, D_tj = e^(G_t − G_j) for
/// j ≤ t, and L_tj = β_t D_tj k_t·k_j for j &lt; t: (I + L) U = β(V − E K S), O = E Q S + (D ⊙ Q Kᵀ) U, and the next state is
/// E_C S + (D_C K)ᵀ U. Backward, with dS the gradient of the next state: dU = (D ⊙ Q Kᵀ)ᵀ dO + D_C K dS, (I + L)ᵀ dR = dU,
/// dV = β dR, dY = −β E dR, dQ = E dO Sᵀ + (D ⊙ dO Uᵀ) K, Z = −β D ⊙ dR Uᵀ below the diagonal,
/// dK = dY Sᵀ + (D ⊙ dO Uᵀ)ᵀ Q + Z K + Zᵀ K + D_C U dSᵀ, and dS becomes E_C dS + Qᵀ(E dO) + Kᵀ dY. U_t is β_t times
/// what is read and replaced: β_t dβ_t = dR_t·U_t; and since outputs are linear in values and state, d log α_t is
/// Σ_{s ≥ t} (dO_s·O_s − dV_s·V_s) over the rest of the chunk plus ⟨dS, next state⟩.
/// </remarks>
internal static unsafe class DeltaRule
{
    private static readonly PassPart ForwardPart = new("G, delta rule, forward");
    private static readonly PassPart BackwardPart = new("G, delta rule, backward");

    public static long ScratchFloats(DeltaLayout layout)
    {
        long chunk = layout.Chunk;
        return (3 * chunk * chunk) + (4 * chunk * layout.HeadStride) + (2L * layout.StateFloats) + (5 * chunk);
    }

    /// <summary>Floats of the states that chunks of so many rows begin with, the first but zeros and not among them.</summary>
    public static long StateFloats(DeltaLayout layout, int rows) => (layout.ChunksOf(rows) - 1L) * layout.Heads * layout.StateFloats;

    /// <param name="pass">Kernels and rows.</param>
    /// <param name="layout">Of a row.</param>
    /// <param name="x">[rows, queries|keys|values]; queries and keys of length 1.</param>
    /// <param name="gates">[heads, rows] twice: sums of log₂ α in a chunk, and β.</param>
    /// <param name="states">Overwritten; <see cref="StateFloats"/>.</param>
    /// <param name="changes">U: [rows, heads], overwritten.</param>
    /// <param name="output">[rows, heads], overwritten.</param>
    /// <param name="scratch">As <see cref="ScratchFloats"/> says.</param>
    public static void Forward(
        SequencePass pass, DeltaLayout layout, float* x, float* gates, float* states, float* changes, float* output, float* scratch)
    {
        using var part = pass.Begin(ForwardPart);
        var (kernels, chunk, size, width) = (pass.Kernels, layout.Chunk, layout.HeadSize, layout.HeadStride);
        var room = new Room(layout, scratch);
        nint ld = layout.ConvolvedStride;
        nint ldo = layout.Stride;
        for (var head = 0; head < layout.Heads; head++)
        {
            for (var first = 0; first < pass.Rows; first += chunk)
            {
                var rows = Math.Min(chunk, pass.Rows - first);
                var before = first == 0 ? null : StateAfter(layout, states, first - chunk, head);
                var after = first + chunk >= pass.Rows ? null : StateAfter(layout, states, first, head);
                var query = x + (first * ld) + (head * width);
                var key = query + layout.KeyOffset;
                var value = query + layout.ValueOffset;
                var own = (first * ldo) + (head * width);
                var u = changes + own;
                var o = output + own;
                var logs = gates + ((nint)head * pass.Rows) + first;
                var betas = logs + ((nint)layout.GateWidth * pass.Rows);
                Scores(kernels, rows, size, width, query, key, ld, logs, betas, room);
                kernels.ScaleRows(rows, width, betas, value, ld, u, ldo);
                if (before != null)
                {
                    kernels.ScaleRows(rows, width, room.KeyFactors, key, ld, room.A, width);
                    kernels.Multiply(rows, size, width, room.A, width, before, layout.StatePanel, layout.StatePanelStride, u, ldo, u);
                }

                kernels.SolveLower(rows, width, room.Strict, rows, u, ldo);
                if (before != null)
                {
                    kernels.Multiply(rows, size, width, query, ld, before, layout.StatePanel, layout.StatePanelStride, o, ldo, null);
                    kernels.ScaleRows(rows, width, room.Factors, o, ldo, o, ldo);
                }

                kernels.Multiply(
                    rows, rows, width, room.Inclusive, rows, u, ldo, TierKernels.PanelWidth, o, ldo, before == null ? null : o);
                if (after != null)
                {
                    var last = room.Mask + ((rows - 1) * rows);
                    Carry(kernels, layout, room.Factors[rows - 1], before, after);
                    kernels.ScaleRows(rows, width, last, key, ld, room.A, width);
                    kernels.AccumulateTransposed(
                        rows, size, width, room.A, width, u, ldo, after, layout.StatePanel, layout.StatePanelStride);
                }
            }
        }
    }

    /// <param name="pass">Kernels and rows.</param>
    /// <param name="layout">Of a row.</param>
    /// <param name="x">As in the forward.</param>
    /// <param name="gates">As in the forward.</param>
    /// <param name="states">From the forward.</param>
    /// <param name="changes">From the forward.</param>
    /// <param name="output">From the forward.</param>
    /// <param name="dOutput">[rows, heads]; padded rows zero.</param>
    /// <param name="dx">[rows, queries|keys|values], overwritten.</param>
    /// <param name="dGates">[heads, rows] twice, overwritten: gradient by each row's own log α, and β times that by β.</param>
    /// <param name="scratch">As <see cref="ScratchFloats"/> says.</param>
    public static void Backward(
        SequencePass pass,
        DeltaLayout layout,
        float* x,
        float* gates,
        float* states,
        float* changes,
        float* output,
        float* dOutput,
        float* dx,
        float* dGates,
        float* scratch)
    {
        using var part = pass.Begin(BackwardPart);
        const int Panel = TierKernels.PanelWidth;
        var (kernels, chunk, size, width) = (pass.Kernels, layout.Chunk, layout.HeadSize, layout.HeadStride);
        var room = new Room(layout, scratch);
        nint ld = layout.ConvolvedStride;
        nint ldo = layout.Stride;
        for (var head = 0; head < layout.Heads; head++)
        {
            for (var first = (layout.ChunksOf(pass.Rows) - 1) * chunk; first >= 0; first -= chunk)
            {
                var rows = Math.Min(chunk, pass.Rows - first);
                var before = first == 0 ? null : StateAfter(layout, states, first - chunk, head);
                var after = first + chunk >= pass.Rows ? null : StateAfter(layout, states, first, head);
                var query = x + (first * ld) + (head * width);
                var key = query + layout.KeyOffset;
                var value = query + layout.ValueOffset;
                var dQuery = dx + (first * ld) + (head * width);
                var dKey = dQuery + layout.KeyOffset;
                var dValue = dQuery + layout.ValueOffset;
                var own = (first * ldo) + (head * width);
                var u = changes + own;
                var o = output + own;
                var dO = dOutput + own;
                var logs = gates + ((nint)head * pass.Rows) + first;
                var betas = logs + ((nint)layout.GateWidth * pass.Rows);
                var dLogs = dGates + (logs - gates);
                var betaDots = dGates + (betas - gates);
                Scores(kernels, rows, size, width, query, key, ld, logs, betas, room);
                var last = room.Mask + ((rows - 1) * rows);

                // dR, where dU was.
                var dR = room.B;
                if (after == null)
                {
                    new Span<float>(dR, rows * width).Clear();
                }
                else
                {
                    kernels.ScaleRows(rows, width, last, key, ld, room.A, width);
                    kernels.Multiply(
                        rows, size, width, room.A, width, room.StateGradient, layout.StatePanel, layout.StatePanelStride, dR, width, null);
                }

                kernels.AccumulateTransposed(rows, rows, width, room.Inclusive, rows, dO, ldo, dR, width, Panel);
                kernels.SolveUpper(rows, width, room.Strict, rows, dR, width);
                kernels.ScaleRows(rows, width, betas, dR, width, dValue, ld);

                kernels.NegatedHeadDots(rows, 1, width, dO, ldo, o, ldo, room.Dots);
                kernels.NegatedHeadDots(rows, 1, width, dValue, ld, value, ld, room.Dots + rows);
                kernels.NegatedHeadDots(rows, 1, width, dR, width, u, ldo, room.Dots + (2 * rows));
                var carried = 0f;
                if (after != null)
                {
                    kernels.NegatedHeadDots(
                        1, 1, layout.StateFloats, room.StateGradient, layout.StateFloats, after, layout.StateFloats, &carried);
                }

                for (var t = rows - 1; t >= 0; t--)
                {
                    carried += room.Dots[t] - room.Dots[rows + t];
                    dLogs[t] = -carried;
                    betaDots[t] = -room.Dots[(2 * rows) + t];
                }

                // The gradients of both scores, where the scores were.
                kernels.Transpose(rows, width, u, ldo, room.Transposed, rows);
                kernels.Multiply(rows, size, rows, dR, width, room.Transposed, rows, Panel, room.Strict, rows, null);
                kernels.Multiply(rows, size, rows, dO, ldo, room.Transposed, rows, Panel, room.Inclusive, rows, null);
                kernels.MaskScores(rows, room.Mask, betas, room.Strict, room.Inclusive);

                if (before != null)
                {
                    kernels.ScaleRows(rows, width, room.Factors, dO, ldo, room.A, width);
                    kernels.ScaleRows(rows, width, room.KeyFactors, dR, width, room.B, width);
                    TransposeState(kernels, layout, before, room.State);
                    kernels.Multiply(
                        rows, size, width, room.A, width, room.State, layout.StatePanel, layout.StatePanelStride, dQuery, ld, null);
                    kernels.Multiply(
                        rows, size, width, room.B, width, room.State, layout.StatePanel, layout.StatePanelStride, dKey, ld, null);
                }

                kernels.Multiply(rows, rows, width, room.Inclusive, rows, key, ld, Panel, dQuery, ld, before == null ? null : dQuery);
                kernels.Multiply(rows, rows, width, room.Strict, rows, key, ld, Panel, dKey, ld, before == null ? null : dKey);
                kernels.AccumulateTransposed(rows, rows, width, room.Inclusive, rows, query, ld, dKey, ld, Panel);
                kernels.AccumulateTransposed(rows, rows, width, room.Strict, rows, key, ld, dKey, ld, Panel);
                if (after != null)
                {
                    kernels.ScaleRows(rows, width, last, u, ldo, room.C, width);
                    TransposeState(kernels, layout, room.StateGradient, room.State);
                    kernels.Multiply(
                        rows, size, width, room.C, width, room.State, layout.StatePanel, layout.StatePanelStride, dKey, ld, dKey);
                }

                if (before != null)
                {
                    Carry(kernels, layout, room.Factors[rows - 1], after == null ? null : room.StateGradient, room.StateGradient);
                    kernels.AccumulateTransposed(
                        rows, size, width, query, ld, room.A, width, room.StateGradient, layout.StatePanel, layout.StatePanelStride);
                    kernels.AccumulateTransposed(
                        rows, size, width, key, ld, room.B, width, room.StateGradient, layout.StatePanel, layout.StatePanelStride);
                }
            }
        }
    }

    // That which the next chunk begins with.
    private static float* StateAfter(DeltaLayout layout, float* states, int first, int head) =>
        states + ((((nint)(first / layout.Chunk) * layout.Heads) + head) * layout.StateFloats);

    /// <summary>Strict becomes −L, inclusive D ⊙ Q Kᵀ; factors E, and for keys −β E.</summary>
    private static void Scores(
        TierKernels kernels, int rows, int size, int width, float* query, float* key, nint ld, float* logs, float* betas, Room room)
    {
        kernels.Transpose(rows, width, key, ld, room.Transposed, rows);
        kernels.Multiply(rows, size, rows, key, ld, room.Transposed, rows, TierKernels.PanelWidth, room.Strict, rows, null);
        kernels.Multiply(rows, size, rows, query, ld, room.Transposed, rows, TierKernels.PanelWidth, room.Inclusive, rows, null);
        kernels.DecayMask(rows, logs, room.Factors, room.Mask);
        kernels.MaskScores(rows, room.Mask, betas, room.Strict, room.Inclusive);
        for (var t = 0; t < rows; t++)
        {
            room.KeyFactors[t] = -betas[t] * room.Factors[t];
        }
    }

    /// <summary>A state with key and value features exchanged, in panels both.</summary>
    private static void TransposeState(TierKernels kernels, DeltaLayout layout, float* from, float* to)
    {
        var panel = layout.StatePanel;
        for (var value = 0; value < layout.HeadStride; value += panel)
        {
            for (var key = 0; key < layout.HeadStride; key += panel)
            {
                kernels.Transpose(
                    Math.Min(panel, layout.HeadStride - key),
                    Math.Min(panel, layout.HeadStride - value),
                    from + (value / panel * layout.StatePanelStride) + (key * panel),
                    panel,
                    to + (key / panel * layout.StatePanelStride) + (value * panel),
                    panel);
            }
        }
    }

    /// <summary>to = factor · from, of a whole state; null stands for zeros.</summary>
    private static void Carry(TierKernels kernels, DeltaLayout layout, float factor, float* from, float* to)
    {
        if (from == null)
        {
            new Span<float>(to, layout.StateFloats).Clear();
            return;
        }

        if (from != to)
        {
            new Span<float>(from, layout.StateFloats).CopyTo(new Span<float>(to, layout.StateFloats));
        }

        kernels.Scale(to, layout.StateFloats, factor);
    }

    /// <summary>The scratch of one chunk of one head.</summary>
    private readonly struct Room
    {
        public Room(DeltaLayout layout, float* scratch)
        {
            nint chunk = layout.Chunk;
            var (scores, features) = (chunk * chunk, chunk * layout.HeadStride);
            Mask = scratch;
            Strict = Mask + scores;
            Inclusive = Strict + scores;
            Transposed = Inclusive + scores;
            A = Transposed + features;
            B = A + features;
            C = B + features;
            State = C + features;
            StateGradient = State + layout.StateFloats;
            Factors = StateGradient + layout.StateFloats;
            KeyFactors = Factors + chunk;
            Dots = KeyFactors + chunk;
        }

        public float* Mask { get; }

        public float* Strict { get; }

        public float* Inclusive { get; }

        public float* Transposed { get; }

        public float* A { get; }

        public float* B { get; }

        public float* C { get; }

        public float* State { get; }

        public float* StateGradient { get; }

        public float* Factors { get; }

        public float* KeyFactors { get; }

        public float* Dots { get; }
    }
}
